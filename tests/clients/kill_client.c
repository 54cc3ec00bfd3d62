/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client that is to be killed, at any moment, together with the machine below it:
 * kill_client its|ps|blocks LEDGER COUNT fill|churn|audit [SEED]
 *   fill    stores COUNT items
 *   churn   writes, extends, removes and reads items for ever
 *   audit   reads all items and says how many there are
 * The ledger is a file of COUNT slots that outlives every kill: what the service acknowledged for
 * an item, and what was being asked of it. Each command first looks at the items that were in
 * doubt: they must hold the one or the other, whole. An item that holds anything else ends the
 * program with 1 and a line that says what was lost; a block is an item of 256 bytes.
 */
#include <inttypes.h>
#include <sys/file.h>

#include "ts_client.h"

#define BUF_BYTES 8192
#define BLOCK_BYTES 256
#define ITEM_BYTES_MAX 2048
#define DOES_NOT_EXIST (-140)

/* A version is what an item holds: 0 = there is none, 1 = no bytes; others are even, with bit 0
 * when a second request extended it. */
#define NO_BYTES 1
struct slot {
	uint64_t acked, tried;
};

static struct ts_client c;
static bool blocks;
static struct slot *ledger;
static uint64_t count, rng;

static uint64_t next_random(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng;
}

static size_t put(size_t at, uint64_t value, size_t bytes)
{
	memcpy(c.buf + at, &value, bytes);
	return at + bytes;
}

static void die(uint64_t item, const char *what, int32_t status)
{
	printf("item %" PRIu64 ": %s (status %d; acknowledged %" PRIu64 ", asked %" PRIu64 ")\n",
	       item, what, status, ledger[item].acked, ledger[item].tried);
	exit(1);
}

/* ---- contents ---- */
static size_t first_part(uint64_t item, uint64_t version)
{
	return blocks ? BLOCK_BYTES : 16 + (item * 131 + (version >> 1) * 37) % 1000;
}

/* All bytes of @version of an item; what extends it is another 100. */
static size_t content(uint64_t item, uint64_t version, uint8_t *data)
{
	const size_t len = first_part(item, version) + (version & 1 ? 100 : 0);

	if (version <= NO_BYTES) {
		memset(data, 0xff, BLOCK_BYTES); /* an erased block */
		return blocks ? BLOCK_BYTES : 0;
	}
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(item + (version >> 1) * 7 + i * 13 + (i >> 8));
	memcpy(data, &item, 8);
	version &= ~1ull;
	memcpy(data + 8, &version, 8);
	return len;
}

/* ---- requests; the status of the service ---- */
static int32_t call(uint32_t opcode, size_t bytes, size_t *got)
{
	const int32_t status = ts_call(&c, opcode, bytes, got);

	if (status == INT32_MIN)
		exit(3); /* the machine is gone */
	return status;
}

static int32_t item_read(uint64_t item, size_t *len)
{
	if (blocks)
		return call(0x104, put(put(put(put(0, 0, 8), item, 8), 0, 4), BLOCK_BYTES, 4), len);
	return call(0x101, put(put(put(0, item + 1, 8), 0, 8), BUF_BYTES, 8), len);
}

static int32_t item_write(uint64_t item, const uint8_t *data, size_t len)
{
	size_t at = blocks ? put(put(put(0, 0, 8), item, 8), 0, 4)
			   : put(put(put(0, item + 1, 8), len, 8), 0, 4);
	size_t got;

	memcpy(c.buf + at, data, len);
	return call(blocks ? 0x105 : 0x100, at + len, &got);
}

static int32_t item_remove(uint64_t item)
{
	size_t got;

	if (blocks)
		return call(0x106, put(put(put(0, 0, 8), item, 8), 1, 4), &got);
	return call(0x103, put(0, item + 1, 8), &got);
}

static int32_t item_extend(uint64_t item, const uint8_t *data, size_t from, size_t len)
{
	const size_t at = put(put(put(0, item + 1, 8), from, 8), len, 8);
	size_t got;

	memcpy(c.buf + at, data + from, len);
	return call(0x105, at + len, &got);
}

static int32_t item_create(uint64_t item, size_t capacity)
{
	size_t got;

	return call(0x104, put(put(put(0, item + 1, 8), capacity, 8), 0, 4), &got);
}

/* ---- the ledger ---- */
static bool holds(uint64_t item, uint64_t version, int32_t status, size_t len)
{
	uint8_t want[ITEM_BYTES_MAX];
	const size_t want_len = content(item, version, want);

	if (!blocks && !version)
		return status == DOES_NOT_EXIST;
	return !status && len == want_len && !memcmp(c.buf, want, len);
}

static void look_at(uint64_t item)
{
	struct slot *s = &ledger[item];
	size_t len = 0;
	const int32_t status = item_read(item, &len);

	if (!holds(item, s->acked, status, len)) {
		if (s->tried == s->acked || !holds(item, s->tried, status, len))
			die(item, "what was acknowledged is lost", status);
		s->acked = s->tried;
	}
	s->tried = s->acked;
}

static void try(uint64_t item, uint64_t version)
{
	*(volatile uint64_t *)&ledger[item].tried = version;
}

static void done(uint64_t item, int32_t status)
{
	if (status)
		die(item, "refused", status);
	*(volatile uint64_t *)&ledger[item].acked = ledger[item].tried;
}

/* ---- commands ---- */
static uint64_t new_version(void)
{
	return (next_random() | 2) & ~1ull;
}

static void store(uint64_t item)
{
	const uint64_t version = new_version();
	uint8_t data[ITEM_BYTES_MAX];
	const size_t len = content(item, version, data);

	try(item, version);
	done(item, item_write(item, data, len));
}

static void drop(uint64_t item)
{
	if (!ledger[item].acked)
		return;
	try(item, 0);
	done(item, item_remove(item));
}

/* Made without bytes, then filled by two requests. */
static void extend(uint64_t item)
{
	const uint64_t version = new_version();
	uint8_t data[ITEM_BYTES_MAX];
	const size_t len = first_part(item, version), all = content(item, version | 1, data);

	drop(item);
	try(item, NO_BYTES);
	done(item, item_create(item, all));
	content(item, version, data);
	try(item, version);
	done(item, item_extend(item, data, 0, len));
	content(item, version | 1, data);
	try(item, version | 1);
	done(item, item_extend(item, data, len, all - len));
}

static void churn(void)
{
	for (;;) {
		const uint64_t item = next_random() % count;

		switch (next_random() % 8) {
		case 0:
			drop(item);
			break;
		case 1:
			if (!blocks) {
				extend(item);
				break;
			}
			/* fall through */
		case 2:
		case 3:
			look_at(item);
			break;
		default:
			store(item);
		}
	}
}

/* The descriptor stays open with its lock: whoever outlives the machine by a moment writes no more
 * into the ledger when the next one begins. */
static bool open_ledger(const char *path)
{
	const size_t bytes = count * sizeof(struct slot);
	const int fd = open(path, O_RDWR | O_CREAT, 0666);

	if (fd < 0 || flock(fd, LOCK_EX) || ftruncate(fd, (off_t)bytes))
		return false;
	ledger = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return ledger != MAP_FAILED;
}

/* Handle 0: the partition of the ITS, 96 blocks. */
static bool open_partition(void)
{
	static const uint8_t guid[16] = {0x3b, 0xd5, 0xf7, 0x92, 0x7e, 0x12, 0x2b, 0x43,
					 0x81, 0x5c, 0x9a, 0x95, 0xb8, 0x0d, 0x69, 0xb7};
	size_t got;

	memcpy(c.buf, guid, sizeof(guid));
	return !call(0x102, sizeof(guid), &got);
}

int main(int argc, char **argv)
{
	uint64_t there = 0;
	uint8_t uuid[16];

	if (argc < 5)
		return 2;
	blocks = !strcmp(argv[1], "blocks");
	count = strtoull(argv[3], NULL, 0);
	rng = argc > 5 ? strtoull(argv[5], NULL, 0) * 0x9e3779b97f4a7c15u | 1 : 1;
	ts_uuid(blocks			 ? "63646e80eb52462fac4f8cdf3987519c"
		: !strcmp(argv[1], "ps") ? "751bf8013dde4768a5140f10aeed1790"
					 : "dc1eef48b17a4ccfac8bdfcff7711b14",
		uuid);
	if (!count || !open_ledger(argv[2]) || ts_open(&c, uuid, BUF_BYTES) ||
	    (blocks && !open_partition())) {
		fprintf(stderr, "kill_client: open: %s\n", strerror(errno));
		return 3;
	}
	for (uint64_t i = 0; i < count; i++)
		if (ledger[i].acked != ledger[i].tried)
			look_at(i);
	if (!strcmp(argv[4], "fill"))
		for (uint64_t i = 0; i < count; i++)
			store(i);
	if (!strcmp(argv[4], "churn"))
		churn();
	for (uint64_t i = 0; i < count; i++) {
		look_at(i);
		there += ledger[i].acked != 0;
	}
	printf("%" PRIu64 " items\n", there);
	return ts_close(&c);
}
