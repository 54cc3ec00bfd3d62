/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The opcodes of the storage service (storage.h), in the order of checks of
 * trusted-services.md 3.4. The costs are of a store in RAM with a copy of its metadata; a real
 * flash takes longer (inferred).
 */
#include "storage.h"

#include "its_client.h"

#define KNOWN_FLAGS                                                                                \
	(PSA_STORE_WRITE_ONCE | PSA_STORE_NO_CONFIDENTIALITY | PSA_STORE_NO_REPLAY_PROTECTION)
#define SUPPORT_SET_EXTENDED 1u

static struct store *store_of(const struct ts_call *call)
{
	return ((struct storage *)call->state)->store;
}

/* Every request begins with the uid. */
static struct asset_id asset_of(struct ts_call *call)
{
	struct asset_id id = {.owner = call->owner};

	ts_get_u64(&call->in, &id.uid);
	return id;
}

/* The data of a request: all that follows its fixed part must be there. */
static bool get_data(struct ts_call *call, uint64_t len, struct ts_span *data)
{
	return len <= ts_left(&call->in) && ts_get_bytes(&call->in, (size_t)len, data);
}

static psa_status set(struct store *s, struct asset_id id, uint32_t flags, struct ts_span data)
{
	struct psa_store_info info;
	psa_status status;

	if (!id.uid)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (flags & ~(uint32_t)KNOWN_FLAGS)
		return PSA_ERROR_NOT_SUPPORTED;
	status = s->ops->info(s, id, &info);
	if (!status && info.flags & PSA_STORE_WRITE_ONCE)
		return PSA_ERROR_NOT_PERMITTED;
	if (status && status != PSA_ERROR_DOES_NOT_EXIST)
		return status;
	if (data.len > ASSET_BYTES_MAX)
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	return s->ops->replace(s, id, flags, data.data, data.len);
}

static int32_t on_set(struct ts_call *call)
{
	const struct asset_id id = asset_of(call);
	struct ts_span data;
	uint64_t len = 0;
	uint32_t flags = 0;

	ts_get_u64(&call->in, &len);
	ts_get_u32(&call->in, &flags);
	if (!get_data(call, len, &data))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, set(store_of(call), id, flags, data));
}

static int32_t on_get(struct ts_call *call)
{
	struct store *s = store_of(call);
	const struct asset_id id = asset_of(call);
	struct psa_store_info info;
	uint64_t offset = 0, want = 0;
	psa_status status;

	ts_get_u64(&call->in, &offset);
	ts_get_u64(&call->in, &want);
	status = id.uid ? s->ops->info(s, id, &info) : PSA_ERROR_INVALID_ARGUMENT;
	if (!status && offset > info.size)
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status)
		return ts_done(call, status);
	if (want > info.size - offset)
		want = info.size - offset;
	if (want > call->out.room)
		want = call->out.room;
	if (want)
		status = s->ops->read(s, id, (size_t)offset, ts_put_room(&call->out, (size_t)want),
				      (size_t)want);
	return ts_answered(call, status);
}

static int32_t on_get_info(struct ts_call *call)
{
	struct store *s = store_of(call);
	const struct asset_id id = asset_of(call);
	struct psa_store_info info = {0};
	psa_status status;

	if (call->out.room < 20)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	status = id.uid ? s->ops->info(s, id, &info) : PSA_ERROR_INVALID_ARGUMENT;
	ts_put_u64(&call->out, info.capacity);
	ts_put_u64(&call->out, info.size);
	ts_put_u32(&call->out, info.flags);
	return ts_answered(call, status);
}

static int32_t on_remove(struct ts_call *call)
{
	struct store *s = store_of(call);
	const struct asset_id id = asset_of(call);
	struct psa_store_info info;
	psa_status status = id.uid ? s->ops->info(s, id, &info) : PSA_ERROR_INVALID_ARGUMENT;

	if (!status && info.flags & PSA_STORE_WRITE_ONCE)
		status = PSA_ERROR_NOT_PERMITTED;
	return ts_done(call, status ? status : s->ops->remove(s, id));
}

/* Flags that nobody knows are stored as they come: only SET looks at them. */
static int32_t on_create(struct ts_call *call)
{
	struct store *s = store_of(call);
	const struct asset_id id = asset_of(call);
	struct psa_store_info info;
	uint64_t capacity = 0;
	uint32_t flags = 0;
	psa_status status;

	ts_get_u64(&call->in, &capacity);
	ts_get_u32(&call->in, &flags);
	if (!id.uid)
		return ts_done(call, PSA_ERROR_INVALID_ARGUMENT);
	if (flags & PSA_STORE_WRITE_ONCE)
		return ts_done(call, PSA_ERROR_NOT_SUPPORTED);
	status = s->ops->info(s, id, &info);
	if (status != PSA_ERROR_DOES_NOT_EXIST)
		return ts_done(call, status ? status : PSA_ERROR_ALREADY_EXISTS);
	if (capacity > ASSET_BYTES_MAX)
		return ts_done(call, PSA_ERROR_INSUFFICIENT_STORAGE);
	return ts_done(call, s->ops->create(s, id, flags, (size_t)capacity, NULL, 0));
}

static psa_status set_extended(struct store *s, struct asset_id id, uint64_t offset,
			       struct ts_span data)
{
	struct psa_store_info info;
	psa_status status;

	if (!id.uid)
		return PSA_ERROR_INVALID_ARGUMENT;
	status = s->ops->info(s, id, &info);
	if (status)
		return status;
	if (info.flags & PSA_STORE_WRITE_ONCE)
		return PSA_ERROR_NOT_PERMITTED;
	if (data.len > ASSET_BYTES_MAX || data.len > info.capacity ||
	    offset > info.capacity - data.len || offset > info.size)
		return PSA_ERROR_INVALID_ARGUMENT;
	return s->ops->write(s, id, (size_t)offset, data.data, data.len);
}

static int32_t on_set_extended(struct ts_call *call)
{
	const struct asset_id id = asset_of(call);
	struct ts_span data;
	uint64_t offset = 0, len = 0;

	ts_get_u64(&call->in, &offset);
	ts_get_u64(&call->in, &len);
	if (!get_data(call, len, &data))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, set_extended(store_of(call), id, offset, data));
}

static int32_t on_get_support(struct ts_call *call)
{
	if (call->out.room < 4)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	ts_put_u32(&call->out, SUPPORT_SET_EXTENDED);
	return ts_answered(call, PSA_SUCCESS);
}

static const struct ts_op ops[] = {
	{ITS_SET, 20, on_set, "set", 4000, 900},
	{ITS_GET, 24, on_get, "get", 1500, 0},
	{ITS_GET_INFO, 8, on_get_info, "get_info", 1000, 0},
	{ITS_REMOVE, 8, on_remove, "remove", 3000, 0},
	{ITS_CREATE, 20, on_create, "create", 3000, 0},
	{ITS_SET_EXTENDED, 24, on_set_extended, "set_extended", 3000, 900},
	{ITS_GET_SUPPORT, 0, on_get_support, "get_support", 500, 0},
};

static int start(struct ts_host *host, void *state)
{
	struct storage *st = state;

	secure_flash_init(&st->flash);
	st->store = &st->flash.store;
	if (host->l.sp && kept_store_init(&st->kept, host->l.sp))
		st->store = &st->kept.store;
	return 0;
}

const struct ts_service its_service = {
	.name = "its",
	.uuid = ITS_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = start,
};

const struct ts_service ps_service = {
	.name = "ps",
	.uuid = PS_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = start,
};

_Noreturn void storage_sp_run(struct ffasim_sp *sp, const struct ts_image *image)
{
	struct storage_sp *state = ffasim_sp_state(sp);

	ts_host_run(&state->host, sp, image);
}
