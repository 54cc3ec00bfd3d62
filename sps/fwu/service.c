/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shim protocol of fwu.h: function id and payload in, status word and payload out, whatever the
 * opcode says. Two quirks of the real one: DISCOVER leaves its payload out of the response length;
 * COMMIT is done at once, so that its progress is all of its work (inferred).
 * Deviation: a BEGIN_STAGING that counts more GUIDs than it brings is RPC status -6; the real one
 * reads what lies behind the request.
 */
#include "fwu.h"

#include <string.h>

#define VERSION_MAJOR 1
#define VERSION_MINOR 0
#define PRESENCE_OFFSET 24u
#define STATUS_BYTES 4u

/* The RPC status; FWU's in *status. The payload follows the status word in call->out. */
typedef int32_t shim_handler(struct ts_call *call, int32_t *status);

struct shim_func {
	uint16_t id;
	uint16_t fixed_bytes; /* of the payload */
	shim_handler *handler;
};
#define FUNCS 10u
static const struct shim_func funcs[FUNCS];

static int32_t on_discover(struct ts_call *call, int32_t *status)
{
	const uint16_t head[4] = {FWU_SUCCESS, VERSION_MINOR << 8 | VERSION_MAJOR, PRESENCE_OFFSET,
				  FUNCS};

	*status = FWU_SUCCESS;
	ts_put_bytes(&call->out, head, sizeof(head));
	ts_put_u64(&call->out, 0); /* max_payload */
	ts_put_u32(&call->out, 0); /* flags, vendor flags */
	ts_put_u32(&call->out, 0);
	for (size_t i = 0; i < FUNCS; i++)
		ts_put_bytes(&call->out, &(uint8_t){(uint8_t)funcs[i].id}, 1);
	if (call->out.failed)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	call->out.used = STATUS_BYTES;
	return RPC_SUCCESS;
}

/* No list means all images. */
static int32_t on_begin(struct ts_call *call, int32_t *status)
{
	uint32_t reserved, vendor, count = 0;
	unsigned images = 0;

	ts_get_u32(&call->in, &reserved);
	ts_get_u32(&call->in, &vendor);
	ts_get_u32(&call->in, &count);
	if (count > FWU_LIST_MAX)
		return RPC_ERROR_INTERNAL;
	for (uint32_t i = 0; i < count; i++) {
		struct ts_span guid;
		int object;

		if (!ts_get_bytes(&call->in, TS_GUID_BYTES, &guid))
			return RPC_ERROR_INVALID_REQUEST_BODY;
		object = fwu_object_find(guid.data);
		if (object < 0 || object >= (int)FWU_IMAGES) {
			*status = FWU_UNKNOWN;
			return RPC_SUCCESS;
		}
		images |= 1u << object;
	}
	*status = fwu_begin(call->state, count ? images : ~0u);
	return RPC_SUCCESS;
}

static int32_t on_end(struct ts_call *call, int32_t *status)
{
	ts_charge(call->host, 100000);
	*status = fwu_end(call->state);
	return RPC_SUCCESS;
}

static int32_t on_cancel(struct ts_call *call, int32_t *status)
{
	*status = fwu_cancel(call->state);
	return RPC_SUCCESS;
}

static int32_t on_open(struct ts_call *call, int32_t *status)
{
	struct ts_span guid, op;
	uint32_t handle = 0;
	int object;

	ts_get_bytes(&call->in, TS_GUID_BYTES, &guid);
	ts_get_bytes(&call->in, 1, &op);
	if (op.data[0] > 1)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	if (call->out.room < STATUS_BYTES + 4)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	object = fwu_object_find(guid.data);
	*status = object < 0 ? FWU_UNKNOWN
			     : fwu_open(call->state, (unsigned)object, op.data[0], &handle);
	ts_put_u32(&call->out, handle);
	return RPC_SUCCESS;
}

static int32_t on_write(struct ts_call *call, int32_t *status)
{
	uint32_t handle = 0, len = 0;
	struct ts_span data;

	ts_get_u32(&call->in, &handle);
	ts_get_u32(&call->in, &len);
	if (!ts_get_bytes(&call->in, len, &data))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	*status = fwu_write(call->state, handle, data);
	return RPC_SUCCESS;
}

static int32_t on_read(struct ts_call *call, int32_t *status)
{
	const size_t head = STATUS_BYTES + 8;
	uint32_t handle = 0, total = 0, len;

	ts_get_u32(&call->in, &handle);
	if (call->out.room < head)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	len = (uint32_t)(call->out.room - head);
	*status = fwu_read(call->state, handle, call->out.base + head, &len, &total);
	ts_put_u32(&call->out, len);
	ts_put_u32(&call->out, total);
	if (!*status)
		ts_put_room(&call->out, len);
	return RPC_SUCCESS;
}

static int32_t on_commit(struct ts_call *call, int32_t *status)
{
	uint32_t handle = 0, acceptance = 0;

	ts_get_u32(&call->in, &handle);
	ts_get_u32(&call->in, &acceptance);
	if (call->out.room < STATUS_BYTES + 8)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	*status = fwu_commit(call->state, handle, acceptance == 0);
	ts_put_u32(&call->out, 1);
	ts_put_u32(&call->out, 1);
	return RPC_SUCCESS;
}

static int32_t on_accept(struct ts_call *call, int32_t *status)
{
	struct ts_span guid;
	uint32_t reserved;
	int object;

	ts_get_u32(&call->in, &reserved);
	ts_get_bytes(&call->in, TS_GUID_BYTES, &guid);
	object = fwu_object_find(guid.data);
	*status = object < 0 || object >= (int)FWU_IMAGES
			  ? FWU_UNKNOWN
			  : fwu_accept(call->state, (unsigned)object);
	return RPC_SUCCESS;
}

static int32_t on_select_previous(struct ts_call *call, int32_t *status)
{
	*status = fwu_select_previous(call->state);
	return RPC_SUCCESS;
}

static const struct shim_func funcs[FUNCS] = {
	{FWU_DISCOVER, 0, on_discover},	   {FWU_BEGIN_STAGING, 12, on_begin},
	{FWU_END_STAGING, 0, on_end},	   {FWU_CANCEL_STAGING, 0, on_cancel},
	{FWU_OPEN, 17, on_open},	   {FWU_WRITE_STREAM, 8, on_write},
	{FWU_READ_STREAM, 4, on_read},	   {FWU_COMMIT, 12, on_commit},
	{FWU_ACCEPT_IMAGE, 20, on_accept}, {FWU_SELECT_PREVIOUS, 0, on_select_previous},
};

static int32_t serve(struct ts_call *call)
{
	const struct shim_func *func = NULL;
	int32_t status = FWU_UNKNOWN, rpc;
	uint8_t *word;
	uint32_t id = 0;

	ts_get_u32(&call->in, &id);
	word = ts_put_room(&call->out, STATUS_BYTES);
	if (!word)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	for (size_t i = 0; i < FUNCS; i++)
		if (funcs[i].id == (uint16_t)id)
			func = &funcs[i];
	if (!func)
		return RPC_ERROR_INVALID_VALUE;
	if (ts_left(&call->in) < func->fixed_bytes)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	rpc = func->handler(call, &status);
	if (rpc)
		return rpc;
	/* The client reads the word; the service status repeats it. */
	memcpy(word, &status, sizeof(status));
	call->status = status;
	if (status)
		call->out.used = STATUS_BYTES;
	return RPC_SUCCESS;
}

static const struct ts_op ops[] = {{FWU_SHIM, STATUS_BYTES, serve, "fwu", 1000, 2000}};

static int start(struct ts_host *host, void *state)
{
	fwu_boot(state, host);
	return 0;
}

const struct ts_service fwu_service = {
	.name = "fwu",
	.uuid = FWU_UUID,
	.ops = ops,
	.op_count = 1,
	.any_opcode = true,
	.start = start,
};
