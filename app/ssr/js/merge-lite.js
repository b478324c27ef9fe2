// Stands in for mergician: deep merge of plain objects, later ones win.
const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
const merge = (a, b) => {
  const merged = { ...a };
  for (const key in b) merged[key] = isObject(merged[key]) && isObject(b[key]) ? merge(merged[key], b[key]) : b[key];
  return merged;
};
export const mergician = (...objects) => objects.reduce(merge, {});
