/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One session with a Trusted Service, its requests typed as bytes: raw_client UUID OPCODE HEX
 * [OPCODE HEX]... UUID: 32 hex digits in the order of the text. Each call prints "STATUS
 * HEX-OF-THE-RESPONSE", or "failed: ERRNO"; the exit status is 0 when all calls went through,
 * whatever the service said.
 */
#include "ts_client.h"

#define BUF_BYTES 8192

static struct ts_client c;

/* Bytes of the request, or -1. */
static long request(const char *hex)
{
	const size_t digits = strlen(hex);

	if (digits % 2 || digits / 2 > BUF_BYTES)
		return -1;
	for (size_t i = 0; i < digits / 2; i++) {
		const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
		char *end;

		c.buf[i] = (uint8_t)strtoul(pair, &end, 16);
		if (*end)
			return -1;
	}
	return (long)(digits / 2);
}

int main(int argc, char **argv)
{
	uint8_t uuid[16];
	int code = 0;

	if (argc < 4 || argc % 2 || !ts_uuid(argv[1], uuid)) {
		fprintf(stderr, "usage: raw_client UUID OPCODE HEX [OPCODE HEX]...\n");
		return 2;
	}
	if (ts_open(&c, uuid, BUF_BYTES)) {
		fprintf(stderr, "raw_client: open: %s\n", strerror(errno));
		return 1;
	}
	for (int i = 2; i < argc; i += 2) {
		const long bytes = request(argv[i + 1]);
		size_t got = 0;
		int32_t status;

		if (bytes < 0)
			return 2;
		status = ts_call(&c, (uint32_t)strtoul(argv[i], NULL, 0), (size_t)bytes, &got);
		if (status == INT32_MIN) {
			printf("failed: %s\n", strerror(errno));
			code = 1;
			continue;
		}
		printf("%d ", status);
		for (size_t b = 0; b < got; b++)
			printf("%02x", c.buf[b]);
		printf("\n");
	}
	return ts_close(&c) ? 1 : code;
}
