#!/bin/sh
# ImageMagick, a process for each creative: TOOL JOB.tsv SOURCE OUT REPEAT
# The lines come ready, since its own fitting (caption:) costs it more than all the rest.
tool=$1 jobs=$2 source=$3 out=$4 repeat=$5
i=0
while [ $i -lt "$repeat" ]; do
  while IFS='	' read -r name locale w h lx ly lw lh px py pw ph size font logo quality words; do
    $tool "$source" -resize "${w}x${h}^" -gravity center -extent "${w}x${h}" \
      \( "$logo" -resize "${lw}x${lh}!" \) -gravity NorthWest -geometry "+${lx}+${ly}" -composite \
      -fill '#0000008C' -draw "rectangle $px,$py $((px + pw)),$((py + ph))" \
      +gravity -fill white -font "$font" -pointsize "$size" -draw "$words" -quality "$quality" "$out/$name-$locale.jpg"
  done < "$jobs"
  i=$((i + 1))
done
