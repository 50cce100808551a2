"""One connection that asks one thing after another, with as little of its own in the time as can be."""

import socket
from urllib.parse import urlsplit


class Connection:
    def __init__(self, url):
        parts = urlsplit(url)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def more(self):
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece

    def get(self, path):
        """Status and body of a path."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        head = self.rest
        while (end := head.find(b"\r\n\r\n")) < 0:
            head += self.more()
        head, self.rest = head[:end], head[end + 4 :]
        status = int(head[9:12])
        words = head.lower()
        if (at := words.find(b"\r\ncontent-length:")) >= 0:
            return status, self.take(int(words[at + 17 :].split(b"\r\n", 1)[0]))
        if b"\r\ntransfer-encoding: chunked" in words:
            return status, self.chunks()
        return status, b""

    def take(self, length):
        pieces, have = [self.rest], len(self.rest)
        while have < length:
            pieces.append(self.more())
            have += len(pieces[-1])
        whole = b"".join(pieces)
        self.rest = whole[length:]
        return whole[:length]

    def chunks(self):
        body = []
        while True:
            while (end := self.rest.find(b"\r\n")) < 0:
                self.rest += self.more()
            size = int(self.rest[:end].split(b";")[0], 16)
            self.rest = self.rest[end + 2 :]
            piece = self.take(size + 2)[:-2]
            if size == 0:
                return b"".join(body)
            body.append(piece)
