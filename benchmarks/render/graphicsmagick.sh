#!/bin/sh
# GraphicsMagick, a process for each creative: TOOL JOB.tsv SOURCE OUT REPEAT
tool=$1 jobs=$2 source=$3 out=$4 repeat=$5
i=0
while [ $i -lt "$repeat" ]; do
  while IFS='	' read -r name locale w h lx ly lw lh px py pw ph size font logo quality words; do
    $tool convert "$source" -resize "${w}x${h}^" -gravity center -extent "${w}x${h}" -gravity NorthWest \
      -draw "image Over $lx,$ly $lw,$lh '$logo'" \
      -fill '#0000008C' -draw "rectangle $px,$py $((px + pw)),$((py + ph))" \
      -fill white -font "$font" -pointsize "$size" -draw "$words" -quality "$quality" "$out/$name-$locale.jpg"
  done < "$jobs"
  i=$((i + 1))
done
