import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';

/** Zips hold times; the same bytes need the same time. */
const MTIME = new Date(2026, 0, 1);

const OFFICE = 'http://schemas.openxmlformats.org';
const PACKAGE = `${OFFICE}/package/2006`;
const RELATION = `${OFFICE}/officeDocument/2006/relationships`;

export function zipped(files: Zippable): Uint8Array {
  return zipSync(files, { mtime: MTIME });
}

export function xmlPart(text: string): Uint8Array {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`);
}

function relations(...targets: readonly (readonly [type: string, target: string])[]): Uint8Array {
  const rows = targets.map(
    ([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${RELATION}/${type}" Target="${target}"/>`,
  );
  return xmlPart(`<Relationships xmlns="${PACKAGE}/relationships">${rows.join('')}</Relationships>`);
}

/** The parts of a Word document around a body: `<w:p>…</w:p>` and the like. */
export function docxParts(body: string): Record<string, Uint8Array> {
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  return {
    '[Content_Types].xml': xmlPart(
      `<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="jpeg" ContentType="image/jpeg"/>' +
        `<Override PartName="/word/document.xml" ContentType="${word}.document.main+xml"/>` +
        `<Override PartName="/word/styles.xml" ContentType="${word}.styles+xml"/></Types>`,
    ),
    '_rels/.rels': relations(['officeDocument', 'word/document.xml']),
    'word/_rels/document.xml.rels': relations(['styles', 'styles.xml']),
    'word/styles.xml': xmlPart(
      `<w:styles xmlns:w="${OFFICE}/wordprocessingml/2006/main">` +
        [1, 2, 3]
          .map(
            (level) =>
              `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`,
          )
          .join('') +
        '</w:styles>',
    ),
    'word/document.xml': xmlPart(
      `<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
  };
}

export function wordParagraph(text: string, heading?: number): string {
  const style = heading === undefined ? '' : `<w:pPr><w:pStyle w:val="Heading${heading}"/></w:pPr>`;
  return `<w:p>${style}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

export interface Slide {
  readonly title: string;
  readonly lines: readonly string[];
  readonly notes?: string;
}

export function pptxOf(slides: readonly Slide[]): Uint8Array {
  const main = `xmlns:p="${OFFICE}/presentationml/2006/main" xmlns:a="${OFFICE}/drawingml/2006/main" xmlns:r="${RELATION}"`;
  const paragraph = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const shape = (place: string, lines: readonly string[]): string =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${place}"/></p:nvPr></p:nvSpPr><p:txBody>${lines.map(paragraph).join('')}</p:txBody></p:sp>`;
  const files: Record<string, Uint8Array> = {
    '[Content_Types].xml': xmlPart(`<Types xmlns="${PACKAGE}/content-types"/>`),
    'ppt/presentation.xml': xmlPart(
      `<p:presentation ${main}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${i + 1}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    ),
    'ppt/_rels/presentation.xml.rels': relations(
      ...slides.map((_, i) => ['slide', `slides/slide${i + 1}.xml`] as const),
    ),
  };
  slides.forEach(({ title, lines, notes }, i) => {
    const body = shape('title', [title]) + shape('body', lines) + shape('sldNum', [String(i + 1)]);
    files[`ppt/slides/slide${i + 1}.xml`] = xmlPart(
      `<p:sld ${main}><p:cSld><p:spTree>${body}</p:spTree></p:cSld></p:sld>`,
    );
    if (notes === undefined) return;
    files[`ppt/slides/_rels/slide${i + 1}.xml.rels`] = relations([
      'notesSlide',
      `../notesSlides/n${i + 1}.xml`,
    ]);
    files[`ppt/notesSlides/n${i + 1}.xml`] = xmlPart(
      `<p:notes ${main}><p:cSld><p:spTree>${shape('body', [notes])}</p:spTree></p:cSld></p:notes>`,
    );
  });
  return zipped(files);
}

/** Chapters of XHTML, in reading order. */
export function epubOf(chapters: readonly string[]): Uint8Array {
  const items = chapters.map(
    (_, i) => `<item id="c${i}" href="text/c%20${i}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const files: Record<string, Uint8Array> = {
    mimetype: Buffer.from('application/epub+zip'),
    'META-INF/container.xml': xmlPart(
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    ),
    'OEBPS/book.opf': xmlPart(
      `<package><manifest>${items.join('')}</manifest><spine>${chapters.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    ),
  };
  chapters.forEach((chapter, i) => {
    files[`OEBPS/text/c ${i}.xhtml`] = xmlPart(
      `<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body>${chapter}</body></html>`,
    );
  });
  return zipped(files);
}
