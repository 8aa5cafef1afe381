#!/bin/sh
# ImageMagick or GraphicsMagick, a process for each creative: TOOL JOB.tsv SOURCE OUT REPEAT
tool=$1 jobs=$2 source=$3 out=$4 repeat=$5
i=0
while [ $i -lt "$repeat" ]; do
  while IFS='	' read -r name locale w h lx ly lw lh px py pw ph tx ty tw th size font logo quality text; do
    $tool "$source" -resize "${w}x${h}^" -gravity center -extent "${w}x${h}" \
      \( "$logo" -resize "${lw}x${lh}!" \) -gravity NorthWest -geometry "+${lx}+${ly}" -composite \
      -fill '#0000008C' -draw "rectangle $px,$py $((px + pw)),$((py + ph))" \
      \( -background none -fill white -font "$font" -size "${tw}x${th}" caption:"$text" \) \
      -gravity NorthWest -geometry "+${tx}+${ty}" -composite -quality "$quality" "$out/$name-$locale.jpg"
  done < "$jobs"
  i=$((i + 1))
done
