// JPEGs as the pages of a PDF. A page needs four objects and no library: pdf-lib, the one there is,
// weighs fifteen times all of our code for photos and was last released in 2021.

const LONGER_SIDE = 842; // of A4, in points

/**
 * @param {{blob: Blob, width: number, height: number}[]} pictures JPEGs in order, sizes in pixels
 * @param {string} name of the file
 * @returns {File}
 */
export const pdfOf = (pictures, name) => {
  const parts = ["%PDF-1.4\n%\xFF\xFF\xFF\xFF\n"].map(bytes);
  const starts = [];
  let length = parts[0].length;
  const add = (...content) => {
    for (const part of content.map((one) => (typeof one === "string" ? bytes(one) : one))) {
      parts.push(part);
      length += part.size ?? part.length;
    }
  };
  const object = (...content) => {
    starts.push(length);
    add(`${starts.length} 0 obj\n`, ...content, "\nendobj\n");
  };
  const pages = pictures.map((_, index) => `${3 + 3 * index} 0 R`).join(" ");
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object(`<< /Type /Pages /Kids [${pages}] /Count ${pictures.length} >>`);
  pictures.forEach((picture, index) => addPage(object, picture, 3 + 3 * index));
  const table = length;
  add(`xref\n0 ${starts.length + 1}\n0000000000 65535 f \n`);
  add(starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join(""));
  add(`trailer\n<< /Size ${starts.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return new File(parts, name, { type: "application/pdf" });
};

/** Add the objects `number` (page), `number + 1` (what is drawn) and `number + 2` (the picture). */
const addPage = (object, { blob, width, height }, number) => {
  const scale = LONGER_SIDE / Math.max(width, height);
  const [wide, high] = [width * scale, height * scale].map((side) => side.toFixed(2));
  const drawing = `q ${wide} 0 0 ${high} 0 0 cm /Photo Do Q`;
  object(
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${wide} ${high}] /Contents ${number + 1} 0 R `
    + `/Resources << /XObject << /Photo ${number + 2} 0 R >> >> >>`,
  );
  object(`<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`);
  object(
    `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB `
    + `/BitsPerComponent 8 /Filter /DCTDecode /Length ${blob.size} >>\nstream\n`, blob, "\nendstream",
  );
};

const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
