/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a client sees what another one left: separate_client UUID fill|look COUNT [KEEP]
 *   fill   COUNT buffers full of its bytes, one request each; then it ends without giving anything
 *          back. KEEP: it stays until it is killed
 *   look   COUNT buffers, fresh: prints how many bytes in them are not zero, and ends with 1 if any
 */
#include "ts_client.h"

#define BUF_BYTES ((size_t)8 * 4096)
#define COUNT_MAX 12

static struct ts_client c[COUNT_MAX];

int main(int argc, char **argv)
{
	const unsigned count = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 0) : 0;
	const bool fill = argc > 2 && !strcmp(argv[2], "fill");
	unsigned long seen = 0;
	uint8_t uuid[16];
	size_t got;

	if (argc < 4 || !ts_uuid(argv[1], uuid) || !count || count > COUNT_MAX)
		return 2;
	for (unsigned i = 0; i < count; i++) {
		if (ts_open(&c[i], uuid, BUF_BYTES)) {
			fprintf(stderr, "separate_client: open: %s\n", strerror(errno));
			return 3;
		}
		for (size_t at = 0; at < BUF_BYTES; at++)
			seen += c[i].buf[at] != 0;
		if (!fill)
			continue;
		memset(c[i].buf, 0xa5, BUF_BYTES);
		if (ts_call(&c[i], 0, 4096, &got) == INT32_MIN && errno != EINVAL)
			return 3;
	}
	printf("%lu bytes of others\n", seen);
	fflush(stdout);
	if (argc > 4)
		pause();
	return seen != 0;
}
