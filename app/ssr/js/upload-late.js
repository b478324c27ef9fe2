// Stands in for Reflex's way to send files, which is fetched when a page sends one.
export const uploadFiles = async (...args) => (await import("$/utils/helpers/upload.js")).uploadFiles(...args);
