// What is fetched when a page goes live: of Socket.IO, its client alone.
export { io } from "socket.io-client";
