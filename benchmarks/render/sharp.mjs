// sharp on the job: node sharp.mjs JOB SOURCE OUT REPEAT naive|once
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(process.env.SHARP_FROM || import.meta.url);
const sharp = require('sharp');
const [, , jobPath, source, out, repeat, way] = process.argv;
const job = JSON.parse(readFileSync(jobPath, 'utf8'));
sharp.concurrency(1);

function lines(text, place) {
  const [, , width, height] = place.words;
  for (let size = place.largest; ; size--) {
    const fits = Math.floor(width / (0.56 * size));
    const rows = [];
    let row = '';
    for (const word of text.split(' ')) {
      if (row && row.length + 1 + word.length > fits) { rows.push(row); row = word; } else row = row ? `${row} ${word}` : word;
    }
    rows.push(row);
    if (rows.length * 1.2 * size <= height || size <= place.smallest) return [size, rows];
  }
}

function overlay(place, text) {
  const [px, py, pw, ph] = place.panel, [tx, ty] = place.words, [size, rows] = lines(text, place);
  const spans = rows.map((row, n) => `<text x="${tx}" y="${ty + size + n * 1.2 * size}" font-size="${size}" font-weight="700"
    font-family="sans-serif" fill="#fff">${row.replace(/&/g, '&amp;')}</text>`).join('');
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${place.width}" height="${place.height}">
    <rect x="${px}" y="${py}" width="${pw}" height="${ph}" fill="#000" fill-opacity="0.55"/>${spans}</svg>`);
}

for (let n = 0; n < Number(repeat); n++) {
  const raw = way === 'once' ? await sharp(source).removeAlpha().raw().toBuffer({ resolveWithObject: true }) : null;
  for (const [name, place] of Object.entries(job.placements)) {
    const [x, y, w, h] = place.logo;
    const logo = await sharp(job.logo).resize(w, h, { fit: 'fill' }).png().toBuffer();
    const start = () => (raw ? sharp(raw.data, { raw: raw.info }) : sharp(source)).resize(place.width, place.height);
    const shared = raw ? await start().raw().toBuffer({ resolveWithObject: true }) : null;
    for (const [locale, text] of Object.entries(job.messages)) {
      const base = shared ? sharp(shared.data, { raw: shared.info }) : start();
      await base.composite([{ input: logo, left: x, top: y }, { input: overlay(place, text), left: 0, top: 0 }])
        .jpeg({ quality: job.quality }).toFile(`${out}/${name}-${locale}.jpg`);
    }
  }
}
