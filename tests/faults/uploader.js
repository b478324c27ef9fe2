// A phone without a screen: sends one file as the pages do, by the same module.
// bun uploader.js SEND_MODULE '{"url", "origin", "cookie", "path", "to"}'
const [module, told] = process.argv.slice(2);
const { url, origin, cookie, path, to } = JSON.parse(told);

const bare = globalThis.fetch;
globalThis.fetch = (address, options) => bare(address, { ...options, headers: { ...options.headers, origin, cookie } });

const { send } = await import(module);
const bytes = await Bun.file(path).arrayBuffer();
const file = new File([bytes], "foto.jpg", { type: "image/jpeg" });
await send(file, { ...to, endpoint: `${url}/unggah` }, {
  onProgress: (received) => console.log(received),
});
console.log("arrived");
process.exit(0);
