/* SPDX-License-Identifier: BSD-3-Clause */
/* The store of secure_flash.h. */
#include "secure_flash.h"

#include <string.h>

static struct flash_file *find(struct secure_flash *f, struct asset_id id)
{
	for (unsigned i = 0; i < FLASH_FILES; i++)
		if (f->file[i].used && f->file[i].id.uid == id.uid &&
		    f->file[i].id.owner == id.owner)
			return &f->file[i];
	return NULL;
}

static uint8_t *bytes_of(struct secure_flash *f, const struct flash_file *file)
{
	return f->block[file->block] + file->offset;
}

/* The metadata lies at the beginning of the first logical block. */
static unsigned first_byte(unsigned block)
{
	return block ? 0 : FLASH_METADATA_BYTES;
}

static psa_status flash_info(struct store *s, struct asset_id id, struct psa_store_info *info)
{
	const struct flash_file *file = find((struct secure_flash *)s, id);

	if (!file)
		return PSA_ERROR_DOES_NOT_EXIST;
	*info = (struct psa_store_info){file->capacity, file->size, file->flags};
	return PSA_SUCCESS;
}

static psa_status flash_create(struct store *s, struct asset_id id, uint32_t flags, size_t capacity,
			       const void *data, size_t len)
{
	struct secure_flash *f = (struct secure_flash *)s;
	struct flash_file *file = f->file;
	unsigned block = 0;

	while (file < &f->file[FLASH_FILES] && file->used)
		file++;
	while (block < FLASH_BLOCKS && FLASH_BLOCK_BYTES - f->used[block] < capacity)
		block++;
	if (file == &f->file[FLASH_FILES] || block == FLASH_BLOCKS)
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	*file = (struct flash_file){.used = true,
				    .block = (uint8_t)block,
				    .offset = f->used[block],
				    .capacity = (uint16_t)capacity,
				    .size = (uint16_t)len,
				    .flags = flags,
				    .id = id};
	f->used[block] += (uint16_t)capacity;
	if (len)
		memcpy(bytes_of(f, file), data, len);
	return PSA_SUCCESS;
}

static psa_status flash_write(struct store *s, struct asset_id id, size_t offset, const void *data,
			      size_t len)
{
	struct secure_flash *f = (struct secure_flash *)s;
	struct flash_file *file = find(f, id);

	if (!file)
		return PSA_ERROR_DOES_NOT_EXIST;
	if (len)
		memcpy(bytes_of(f, file) + offset, data, len);
	if (offset + len > file->size)
		file->size = (uint16_t)(offset + len);
	return PSA_SUCCESS;
}

static psa_status flash_read(struct store *s, struct asset_id id, size_t offset, void *data,
			     size_t len)
{
	struct secure_flash *f = (struct secure_flash *)s;
	const struct flash_file *file = find(f, id);

	if (!file)
		return PSA_ERROR_DOES_NOT_EXIST;
	if (len)
		memcpy(data, bytes_of(f, file) + offset, len);
	return PSA_SUCCESS;
}

static psa_status flash_remove(struct store *s, struct asset_id id)
{
	struct secure_flash *f = (struct secure_flash *)s;
	struct flash_file *file = find(f, id);
	uint8_t *block;
	unsigned end;

	if (!file)
		return PSA_ERROR_DOES_NOT_EXIST;
	block = f->block[file->block];
	end = (unsigned)file->offset + file->capacity;
	memmove(block + file->offset, block + end, f->used[file->block] - end);
	f->used[file->block] -= file->capacity;
	/* What lay at the end is erased, as a flash block is before it is written again. */
	memset(block + f->used[file->block], 0xff, file->capacity);
	for (unsigned i = 0; i < FLASH_FILES; i++)
		if (f->file[i].used && f->file[i].block == file->block && f->file[i].offset >= end)
			f->file[i].offset -= file->capacity;
	*file = (struct flash_file){0};
	return PSA_SUCCESS;
}

static psa_status flash_replace(struct store *s, struct asset_id id, uint32_t flags,
				const void *data, size_t len)
{
	flash_remove(s, id);
	return flash_create(s, id, flags, len, data, len);
}

static const struct store_ops flash_ops = {
	.info = flash_info,
	.create = flash_create,
	.write = flash_write,
	.read = flash_read,
	.remove = flash_remove,
	.replace = flash_replace,
};

void secure_flash_init(struct secure_flash *flash)
{
	flash->store.ops = &flash_ops;
	for (unsigned b = 0; b < FLASH_BLOCKS; b++) {
		flash->used[b] = (uint16_t)first_byte(b);
		memset(flash->block[b], 0xff, FLASH_BLOCK_BYTES);
	}
}
