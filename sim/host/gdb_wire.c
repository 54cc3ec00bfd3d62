/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets over a socket; see gdb_wire.h. Blocking: nothing simulated moves meanwhile. */
#include "host/gdb_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/fdpass.h"

int gdb_wire_listen(struct gdb_wire *w, const char *path)
{
	struct sockaddr_un addr;
	int err;

	w->fd = -1;
	w->listener = unix_stream_at(path, &addr);
	if (w->listener < 0)
		return w->listener;
	err = unix_listen(w->listener, &addr, 1, true);
	if (!err)
		return 0;
	close(w->listener);
	w->listener = -1;
	return err;
}

bool gdb_wire_accept(struct gdb_wire *w)
{
	do
		w->fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC);
	while (w->fd < 0 && errno == EINTR);
	w->have = w->at = 0;
	w->no_ack = false;
	return w->fd >= 0;
}

void gdb_wire_close(struct gdb_wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->listener >= 0)
		close(w->listener);
	w->fd = w->listener = -1;
}

static int next_byte(struct gdb_wire *w)
{
	ssize_t n;

	if (w->at < w->have)
		return w->buffer[w->at++];
	do
		n = read(w->fd, w->buffer, sizeof(w->buffer));
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return -1;
	w->have = (size_t)n;
	w->at = 1;
	return w->buffer[0];
}

static void write_all(struct gdb_wire *w, const char *data, size_t bytes)
{
	while (bytes) {
		/* A debugger that went away is noticed by the next read. */
		const ssize_t n = send(w->fd, data, bytes, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			data += n;
			bytes -= (size_t)n;
		}
	}
}

static int digit(int c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

int gdb_wire_read(struct gdb_wire *w)
{
	for (;;) {
		uint8_t sum = 0;
		size_t n = 0;
		int c, hi, lo;

		do
			c = next_byte(w);
		while (c >= 0 && c != '$');
		while ((c = next_byte(w)) >= 0 && c != '#') {
			sum += (uint8_t)c;
			if (c == '}') {
				c = next_byte(w);
				sum += (uint8_t)c;
				c ^= 0x20;
			}
			if (n + 1 < sizeof(w->in))
				w->in[n++] = (char)c;
		}
		hi = digit(next_byte(w));
		lo = digit(next_byte(w));
		if (c < 0 || hi < 0 || lo < 0)
			return -1;
		w->in[n] = '\0';
		if (!w->no_ack)
			write_all(w, sum == (hi << 4 | lo) ? "+" : "-", 1);
		if (w->no_ack || sum == (hi << 4 | lo))
			return (int)n;
	}
}

void gdb_wire_send(struct gdb_wire *w, const char *text)
{
	const size_t n = strlen(text);
	uint8_t sum = 0;

	if (n > GDB_PACKET_BYTES)
		return;
	for (size_t i = 0; i < n; i++)
		sum += (uint8_t)text[i];
	w->out[0] = '$';
	memcpy(w->out + 1, text, n);
	snprintf(w->out + 1 + n, 4, "#%02x", sum);
	write_all(w, w->out, n + 4);
}

bool gdb_wire_asked(struct gdb_wire *w)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};

	if (w->at == w->have && poll(&p, 1, 0) <= 0)
		return false;
	/* While the program runs, gdb sends nothing else; acknowledgements are skipped. */
	for (;;) {
		const int c = next_byte(w);

		if (c < 0 || c == 3)
			return true;
		if (c == '$') {
			w->at--;
			return false;
		}
		if (w->at == w->have)
			return false;
	}
}

char *hex_put(char *to, const void *from, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = from;

	for (; n; n--, p++) {
		*to++ = digits[*p >> 4];
		*to++ = digits[*p & 15];
	}
	*to = '\0';
	return to;
}

size_t hex_get(void *to, const char *from, size_t n)
{
	uint8_t *p = to;
	size_t done = 0;

	for (; done < n; done++, from += 2) {
		const int hi = digit(from[0]), lo = hi < 0 ? -1 : digit(from[1]);

		if (lo < 0)
			break;
		p[done] = (uint8_t)(hi << 4 | lo);
	}
	return done;
}
