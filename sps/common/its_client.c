/* SPDX-License-Identifier: BSD-3-Clause */
/* The storage client of its_client.h, and the store that keeps nothing. */
#include "its_client.h"

#include <string.h>
#include "ts_service.h"

/* Of the storage client used by crypto, and of the smm-gateway's (1.9). */
#define SESSION_BYTES 4096u
#define PS_SESSION_BYTES 8192u

const uint8_t its_uuid[16] = ITS_UUID;
const uint8_t ps_uuid[16] = PS_UUID;

static psa_status call(struct its_client *c, uint16_t opcode, const struct ts_writer *w,
		       size_t *response_bytes)
{
	int32_t status;

	if (w->failed) /* what a session cannot hold, no store of 4 KiB assets could */
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	if (ts_session_call(&c->session, c->l, opcode, w->used, response_bytes, &status))
		return PSA_ERROR_GENERIC_ERROR;
	return status;
}

static struct ts_writer request(struct its_client *c, uint64_t uid)
{
	struct ts_writer w = ts_writer_of(c->session.buf, (size_t)c->session.pages * 4096);

	ts_put_u64(&w, uid);
	return w;
}

static psa_status its_set(struct psa_store *s, uint64_t uid, const void *data, size_t len,
			  uint32_t flags)
{
	struct its_client *c = (struct its_client *)s;
	struct ts_writer w = request(c, uid);
	size_t ignored;

	ts_put_u64(&w, len);
	ts_put_u32(&w, flags);
	ts_put_bytes(&w, data, len);
	return call(c, ITS_SET, &w, &ignored);
}

static psa_status its_get(struct psa_store *s, uint64_t uid, uint64_t offset, void *data,
			  size_t room, size_t *len)
{
	struct its_client *c = (struct its_client *)s;
	struct ts_writer w = request(c, uid);
	psa_status status;

	ts_put_u64(&w, offset);
	ts_put_u64(&w, room);
	*len = 0;
	status = call(c, ITS_GET, &w, len);
	if (status)
		*len = 0;
	else if (*len > room)
		*len = room;
	memcpy(data, c->session.buf, *len);
	return status;
}

static psa_status its_get_info(struct psa_store *s, uint64_t uid, struct psa_store_info *info)
{
	struct its_client *c = (struct its_client *)s;
	struct ts_writer w = request(c, uid);
	struct ts_reader r;
	size_t len;
	psa_status status = call(c, ITS_GET_INFO, &w, &len);

	if (status)
		return status;
	r = ts_reader_of(c->session.buf, len);
	if (!ts_get_u64(&r, &info->capacity) || !ts_get_u64(&r, &info->size) ||
	    !ts_get_u32(&r, &info->flags))
		return PSA_ERROR_GENERIC_ERROR;
	return PSA_SUCCESS;
}

static psa_status its_remove(struct psa_store *s, uint64_t uid)
{
	struct its_client *c = (struct its_client *)s;
	struct ts_writer w = request(c, uid);
	size_t ignored;

	return call(c, ITS_REMOVE, &w, &ignored);
}

static const struct psa_store_ops its_ops = {
	.name = "its",
	.set = its_set,
	.get = its_get,
	.get_info = its_get_info,
	.remove = its_remove,
};

int32_t its_client_open(struct its_client *c, struct libsp *l)
{
	int32_t rpc;

	c->l = l;
	rpc = ts_session_open(&c->session, l, its_uuid, SESSION_BYTES);
	if (rpc)
		rpc = ts_session_open(&c->session, l, ps_uuid, SESSION_BYTES);
	c->store.ops = rpc ? &psa_store_null : &its_ops;
	return rpc;
}

int32_t ps_client_open(struct its_client *c, struct libsp *l)
{
	const int32_t rpc = ts_session_open(&c->session, l, ps_uuid, PS_SESSION_BYTES);

	c->l = l;
	c->store.ops = rpc ? &psa_store_null : &its_ops;
	return rpc;
}

static psa_status null_set(struct psa_store *s, uint64_t uid, const void *data, size_t len,
			   uint32_t flags)
{
	return PSA_ERROR_STORAGE_FAILURE;
}

static psa_status null_get(struct psa_store *s, uint64_t uid, uint64_t offset, void *data,
			   size_t room, size_t *len)
{
	*len = 0;
	return PSA_ERROR_STORAGE_FAILURE;
}

static psa_status null_get_info(struct psa_store *s, uint64_t uid, struct psa_store_info *info)
{
	return PSA_ERROR_STORAGE_FAILURE;
}

static psa_status null_remove(struct psa_store *s, uint64_t uid)
{
	return PSA_ERROR_STORAGE_FAILURE;
}

const struct psa_store_ops psa_store_null = {
	.name = "null",
	.set = null_set,
	.get = null_get,
	.get_info = null_get_info,
	.remove = null_remove,
};
