/* SPDX-License-Identifier: BSD-3-Clause */
/* The store of kept_store.h. */
#include "kept_store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ffasim/partition.h"

#define RECORD_MAGIC 0x31414353u /* "SCA1" */
#define NAME_BYTES 32u

/* Fixed layout: a state directory may be read by another build. */
struct record_head {
	uint32_t magic, flags;
	uint64_t uid, capacity, size;
	uint32_t owner, sum;
};
_Static_assert(sizeof(struct record_head) == KEPT_HEAD_BYTES, "the record's layout");

/* FNV-1a over the head without its sum, then the content. */
static uint32_t sum_of(const uint8_t *record, size_t size)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < KEPT_HEAD_BYTES + size; i++)
		if (i < offsetof(struct record_head, sum) || i >= KEPT_HEAD_BYTES)
			h = (h ^ record[i]) * 16777619u;
	return h;
}

static const char *name_of(struct asset_id id, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "%04x-%016" PRIx64, id.owner, id.uid);
	return name;
}

static psa_status status_of(int err)
{
	return !err						   ? PSA_SUCCESS
	       : err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? PSA_ERROR_INSUFFICIENT_STORAGE
								   : PSA_ERROR_STORAGE_FAILURE;
}

/* The record of an asset into k->record. */
static psa_status load(struct kept_store *k, struct asset_id id, struct record_head *head)
{
	char name[NAME_BYTES];
	size_t len;
	const int err =
		ffasim_sp_kept(k->sp, name_of(id, name), k->record, sizeof(k->record), &len);

	if (err == -ENOENT)
		return PSA_ERROR_DOES_NOT_EXIST;
	if (err || len < sizeof(*head))
		return PSA_ERROR_STORAGE_FAILURE;
	memcpy(head, k->record, sizeof(*head));
	if (head->magic != RECORD_MAGIC || head->uid != id.uid || head->owner != id.owner ||
	    head->capacity > ASSET_BYTES_MAX || head->size > head->capacity ||
	    len != sizeof(*head) + head->size || head->sum != sum_of(k->record, head->size))
		return PSA_ERROR_STORAGE_FAILURE;
	return PSA_SUCCESS;
}

static psa_status save(struct kept_store *k, struct asset_id id, struct record_head *head)
{
	char name[NAME_BYTES];

	memcpy(k->record, head, sizeof(*head));
	head->sum = sum_of(k->record, head->size);
	memcpy(k->record, head, sizeof(*head));
	return status_of(
		ffasim_sp_keep(k->sp, name_of(id, name), k->record, sizeof(*head) + head->size));
}

static psa_status kept_info(struct store *s, struct asset_id id, struct psa_store_info *info)
{
	struct record_head head;
	const psa_status status = load((struct kept_store *)s, id, &head);

	if (!status)
		*info = (struct psa_store_info){head.capacity, head.size, head.flags};
	return status;
}

static psa_status kept_create(struct store *s, struct asset_id id, uint32_t flags, size_t capacity,
			      const void *data, size_t len)
{
	struct kept_store *k = (struct kept_store *)s;
	struct record_head head = {.magic = RECORD_MAGIC,
				   .flags = flags,
				   .uid = id.uid,
				   .owner = id.owner,
				   .capacity = capacity,
				   .size = len};

	if (len)
		memcpy(k->record + sizeof(head), data, len);
	return save(k, id, &head);
}

static psa_status kept_write(struct store *s, struct asset_id id, size_t offset, const void *data,
			     size_t len)
{
	struct kept_store *k = (struct kept_store *)s;
	struct record_head head;
	const psa_status status = load(k, id, &head);

	if (status)
		return status;
	if (len)
		memcpy(k->record + sizeof(head) + offset, data, len);
	if (offset + len > head.size)
		head.size = offset + len;
	return save(k, id, &head);
}

static psa_status kept_read(struct store *s, struct asset_id id, size_t offset, void *data,
			    size_t len)
{
	struct kept_store *k = (struct kept_store *)s;
	struct record_head head;
	const psa_status status = load(k, id, &head);

	if (!status && len)
		memcpy(data, k->record + sizeof(head) + offset, len);
	return status;
}

static psa_status kept_remove(struct store *s, struct asset_id id)
{
	struct kept_store *k = (struct kept_store *)s;
	char name[NAME_BYTES];
	const int err = ffasim_sp_forget(k->sp, name_of(id, name));

	return err == -ENOENT ? PSA_ERROR_DOES_NOT_EXIST : status_of(err);
}

/* One step: a store that is killed in between has the old content or the new one. */
static psa_status kept_replace(struct store *s, struct asset_id id, uint32_t flags,
			       const void *data, size_t len)
{
	return kept_create(s, id, flags, len, data, len);
}

static const struct store_ops kept_ops = {
	.info = kept_info,
	.create = kept_create,
	.write = kept_write,
	.read = kept_read,
	.remove = kept_remove,
	.replace = kept_replace,
};

bool kept_store_init(struct kept_store *k, struct ffasim_sp *sp)
{
	char name[NAME_BYTES];
	size_t len;

	if (ffasim_sp_kept(sp, name_of((struct asset_id){0}, name), k->record, 0, &len) == -ENOSYS)
		return false;
	k->store.ops = &kept_ops;
	k->sp = sp;
	return true;
}
