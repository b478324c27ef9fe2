// Stands in for Reflex's theme provider: light and dark follow the system, by CSS alone.
export const ThemeProvider = ({ children }) => children;
export const useTheme = () => ({ theme: "system", resolvedTheme: "light", setTheme: () => {} });
