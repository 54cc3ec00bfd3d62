/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of gdb's remote serial protocol over a socket: framing, checksums, hex. */
#ifndef FFASIM_HOST_GDB_WIRE_H
#define FFASIM_HOST_GDB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GDB_PACKET_BYTES 16384

struct gdb_wire {
	int listener, fd;
	bool no_ack;
	char in[GDB_PACKET_BYTES];
	char out[GDB_PACKET_BYTES + 8];
	uint8_t buffer[4096];
	size_t have, at;
};

int gdb_wire_listen(struct gdb_wire *w, const char *path); /* -errno */
bool gdb_wire_accept(struct gdb_wire *w);		   /* waits */
void gdb_wire_close(struct gdb_wire *w);
/* The next packet in w->in, unescaped and terminated; its length, or -1 when the peer is gone. */
int gdb_wire_read(struct gdb_wire *w);
void gdb_wire_send(struct gdb_wire *w, const char *text);
/* An interrupt request (byte 3) is waiting; takes it. */
bool gdb_wire_asked(struct gdb_wire *w);

/* Bytes to hex digits; @to has room for 2 * n + 1. */
char *hex_put(char *to, const void *from, size_t n);
/* Hex digits to bytes; how many bytes. */
size_t hex_get(void *to, const char *from, size_t n);

#endif
