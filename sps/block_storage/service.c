/* SPDX-License-Identifier: BSD-3-Clause */
/* The opcodes of block_storage.h. */
#include "block_storage.h"

#include <string.h>
#include "ts_guid.h"

static const struct partition {
	uint8_t guid[TS_GUID_BYTES];
	uint32_t first, blocks;
} partitions[] = {
	/* ITS */
	{TS_GUID(0x92f7d53b, 0x127e, 0x432b, 0x815c, 0x9a95b80d69b7), 0, 96},
	/* PS */
	{TS_GUID(0x701456da, 0x9b50, 0x49b2, 0x9722, 0x47510f851ccd), 96, 96},
	/* FWU metadata, primary and backup */
	{TS_GUID(0xc39ef8a6, 0xec97, 0x4883, 0xaa64, 0x025f40f7d922), 192, 4},
	{TS_GUID(0xc3d82065, 0x58f3, 0x4fcb, 0xa8fc, 0x772434bfc91d), 196, 4},
};
#define PARTITIONS (sizeof(partitions) / sizeof(partitions[0]))
_Static_assert(PARTITIONS <= BLOCK_PARTITIONS_MAX, "a handle for each");

static const struct partition *find(struct ts_call *call)
{
	struct ts_span guid;

	ts_get_bytes(&call->in, TS_GUID_BYTES, &guid);
	for (size_t i = 0; i < PARTITIONS; i++)
		if (!memcmp(partitions[i].guid, guid.data, TS_GUID_BYTES))
			return &partitions[i];
	return NULL;
}

static int32_t on_info(struct ts_call *call)
{
	static const uint8_t disk_guid[TS_GUID_BYTES];
	const struct partition *p = find(call);

	if (!p)
		return ts_done(call, PSA_ERROR_INVALID_ARGUMENT);
	ts_put_u64(&call->out, p->blocks);
	ts_put_u32(&call->out, DISK_BLOCK_BYTES);
	ts_put_bytes(&call->out, p->guid, TS_GUID_BYTES);
	ts_put_bytes(&call->out, disk_guid, TS_GUID_BYTES);
	return ts_answered(call, PSA_SUCCESS);
}

/* The list of clients that may use a partition has one entry, which the first of them takes. */
static int32_t on_open(struct ts_call *call)
{
	struct block_storage *b = call->state;
	const struct partition *p = find(call);
	struct block_client *c;

	if (!p)
		return ts_done(call, PSA_ERROR_INVALID_ARGUMENT);
	c = &b->client[p - partitions];
	if (c->known && c->owner != call->owner)
		return ts_done(call, PSA_ERROR_NOT_PERMITTED);
	if (!ts_put_u64(&call->out, (uint64_t)(p - partitions)))
		return RPC_ERROR_INTERNAL; /* nobody would know the handle */
	*c = (struct block_client){.known = true, .open = true, .owner = call->owner};
	return ts_answered(call, PSA_SUCCESS);
}

/* The partition of the handle that the request begins with, which this client has open. */
static psa_status opened(struct ts_call *call, const struct partition **p)
{
	const struct block_storage *b = call->state;
	uint64_t handle = 0;

	ts_get_u64(&call->in, &handle);
	if (handle >= BLOCK_PARTITIONS_MAX)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!b->client[handle].open || b->client[handle].owner != call->owner)
		return PSA_ERROR_NOT_PERMITTED;
	*p = &partitions[handle];
	return PSA_SUCCESS;
}

static int32_t on_close(struct ts_call *call)
{
	struct block_storage *b = call->state;
	const struct partition *p;
	const psa_status status = opened(call, &p);

	if (!status)
		b->client[p - partitions].open = false;
	return ts_done(call, status);
}

/* A place in a block; @len is cut at the block's end. */
static psa_status place(struct ts_call *call, unsigned *block, uint32_t *offset,
			const struct partition **p)
{
	uint64_t lba = 0;
	const psa_status status = opened(call, p);

	ts_get_u64(&call->in, &lba);
	ts_get_u32(&call->in, offset);
	if (status)
		return status;
	if (lba >= (*p)->blocks || *offset >= DISK_BLOCK_BYTES)
		return PSA_ERROR_INVALID_ARGUMENT;
	*block = (*p)->first + (unsigned)lba;
	return PSA_SUCCESS;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int32_t on_read(struct ts_call *call)
{
	struct block_storage *b = call->state;
	const struct partition *p;
	uint32_t offset = 0, want = 0;
	unsigned block;
	psa_status status = place(call, &block, &offset, &p);
	size_t len;

	ts_get_u32(&call->in, &want);
	if (status)
		return ts_done(call, status);
	len = least(least(want, DISK_BLOCK_BYTES - offset), call->out.room);
	if (len)
		status =
			block_disk_read(&b->disk, block, offset, ts_put_room(&call->out, len), len);
	return ts_answered(call, status);
}

static int32_t on_write(struct ts_call *call)
{
	struct block_storage *b = call->state;
	const struct partition *p;
	uint32_t offset = 0;
	unsigned block;
	struct ts_span data;
	psa_status status = place(call, &block, &offset, &p);

	if (status)
		return ts_done(call, status);
	if (call->out.room < sizeof(uint64_t))
		return RPC_ERROR_INTERNAL;
	ts_get_bytes(&call->in, least(ts_left(&call->in), DISK_BLOCK_BYTES - offset), &data);
	status = block_disk_write(&b->disk, block, offset, data.data, data.len);
	ts_put_u64(&call->out, data.len);
	return ts_answered(call, status);
}

static int32_t on_erase(struct ts_call *call)
{
	struct block_storage *b = call->state;
	const struct partition *p;
	uint64_t first = 0;
	uint32_t count = 0;
	psa_status status = opened(call, &p);

	ts_get_u64(&call->in, &first);
	ts_get_u32(&call->in, &count);
	if (!status && (first >= p->blocks || count > p->blocks - first))
		status = PSA_ERROR_INVALID_ARGUMENT;
	for (uint32_t i = 0; !status && i < count; i++) {
		ts_charge(call->host, 500);
		status = block_disk_erase(&b->disk, p->first + (unsigned)first + i);
	}
	return ts_done(call, status);
}

static const struct ts_op ops[] = {
	{BLOCK_GET_PARTITION_INFO, 16, on_info, "get_partition_info", 500, 0},
	{BLOCK_OPEN, 16, on_open, "open", 500, 0},
	{BLOCK_CLOSE, 8, on_close, "close", 500, 0},
	{BLOCK_READ, 24, on_read, "read", 1000, 0},
	{BLOCK_WRITE, 20, on_write, "write", 1000, 2000},
	{BLOCK_ERASE, 20, on_erase, "erase", 500, 0},
};

static int start(struct ts_host *host, void *state)
{
	struct block_storage *b = state;

	block_disk_init(&b->disk, host->l.sp);
	return 0;
}

const struct ts_service block_storage_service = {
	.name = "block_storage",
	.uuid = BLOCK_STORAGE_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = start,
};
