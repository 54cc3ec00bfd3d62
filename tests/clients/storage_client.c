/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of the storage services (trusted-services.md 3.4): storage_client its|ps COMMAND...
 *   put UID TEXT        exit 0 = stored
 *   get UID             prints the content
 *   del UID
 *   fill FROM COUNT     stores assets of many sizes, prints each uid once it is acknowledged
 *   verify              reads uids from stdin, looks at the content of each
 * A refusal is printed as "status N" and ends with 1.
 */
#include <inttypes.h>

#include "ts_client.h"

#define BUF_BYTES 8192
#define SET 0x100
#define GET 0x101
#define REMOVE 0x103

static struct ts_client c;

static int refused(const char *what, int32_t status)
{
	if (status == INT32_MIN)
		fprintf(stderr, "storage_client: %s: %s\n", what, strerror(errno));
	else
		printf("status %d\n", status);
	return 1;
}

static size_t put64(size_t at, uint64_t value)
{
	memcpy(c.buf + at, &value, sizeof(value));
	return at + sizeof(value);
}

static int32_t set(uint64_t uid, const void *data, size_t len)
{
	size_t at = put64(put64(0, uid), len), got;

	memset(c.buf + at, 0, 4); /* flags */
	memcpy(c.buf + at + 4, data, len);
	return ts_call(&c, SET, at + 4 + len, &got);
}

static int32_t get(uint64_t uid, size_t *len)
{
	return ts_call(&c, GET, put64(put64(put64(0, uid), 0), BUF_BYTES), len);
}

/* What fill stores under a uid: length and bytes follow from it. */
static size_t content(uint64_t uid, uint8_t *data)
{
	const size_t len = (size_t)(uid * 131) % 2000;

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(uid + i * 13 + (i >> 8));
	return len;
}

static int fill(uint64_t from, uint64_t count)
{
	uint8_t data[2000];

	for (uint64_t uid = from; uid < from + count; uid++) {
		const int32_t status = set(uid, data, content(uid, data));

		if (status)
			return refused("set", status);
		printf("%" PRIu64 "\n", uid);
		fflush(stdout);
	}
	return 0;
}

static int verify(void)
{
	uint8_t data[2000];
	uint64_t uid;
	unsigned n = 0;

	for (; scanf("%" SCNu64, &uid) == 1; n++) {
		const size_t want = content(uid, data);
		size_t len = 0;
		const int32_t status = get(uid, &len);

		if (status)
			return refused("get", status);
		if (len != want || memcmp(c.buf, data, len)) {
			printf("%" PRIu64 " holds something else\n", uid);
			return 1;
		}
	}
	printf("%u assets\n", n);
	return 0;
}

static int command(int argc, char **argv)
{
	const uint64_t uid = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
	int32_t status;
	size_t len = 0;

	if (!strcmp(argv[2], "verify"))
		return verify();
	if (!strcmp(argv[2], "fill") && argc == 5)
		return fill(uid, strtoull(argv[4], NULL, 0));
	if (!strcmp(argv[2], "put") && argc == 5) {
		status = set(uid, argv[4], strlen(argv[4]));
		return status ? refused("set", status) : 0;
	}
	if (!strcmp(argv[2], "del") && argc == 4) {
		status = ts_call(&c, REMOVE, put64(0, uid), &len);
		return status ? refused("remove", status) : 0;
	}
	if (strcmp(argv[2], "get") || argc != 4)
		return 2;
	status = get(uid, &len);
	if (status)
		return refused("get", status);
	printf("%.*s\n", (int)len, (const char *)c.buf);
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t uuid[16];
	int code;

	if (argc < 3)
		return 2;
	ts_uuid(!strcmp(argv[1], "ps") ? "751bf8013dde4768a5140f10aeed1790"
				       : "dc1eef48b17a4ccfac8bdfcff7711b14",
		uuid);
	if (ts_open(&c, uuid, BUF_BYTES)) {
		fprintf(stderr, "storage_client: open: %s\n", strerror(errno));
		return 1;
	}
	code = command(argc, argv);
	return code ? code : ts_close(&c);
}
