#!/bin/sh
# ImageMagick, the whole job in one process, the source decoded once: TOOL JOB.tsv SOURCE OUT REPEAT
tool=$1 jobs=$2 source=$3 out=$4 repeat=$5
i=0
while [ $i -lt "$repeat" ]; do
  set -- "$source" -write mpr:source +delete
  while IFS='	' read -r name locale w h lx ly lw lh px py pw ph size font logo quality words; do
    set -- "$@" \( mpr:source -resize "${w}x${h}^" -gravity center -extent "${w}x${h}" \
      \( "$logo" -resize "${lw}x${lh}!" \) -gravity NorthWest -geometry "+${lx}+${ly}" -composite \
      -fill '#0000008C' -draw "rectangle $px,$py $((px + pw)),$((py + ph))" \
      +gravity -fill white -font "$font" -pointsize "$size" -draw "$words" -quality "$quality" \
      -write "$out/$name-$locale.jpg" +delete \)
  done < "$jobs"
  $tool "$@" xc:none null:
  i=$((i + 1))
done
