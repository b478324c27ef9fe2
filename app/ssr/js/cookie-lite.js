// Stands in for universal-cookie: a site whose cookies are the server's alone has none for scripts.
const refuse = () => {
  throw new Error("This site keeps nothing in cookies from a script.");
};
export default class Cookies {
  get = refuse;
  set = refuse;
  remove = refuse;
}
