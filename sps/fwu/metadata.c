/* SPDX-License-Identifier: BSD-3-Clause */
/* Layouts of what the agent lets read (trusted-services.md 3.7), and what it keeps from run to run.
 * Metadata is kept twice, so that one of the two is whole whenever a write was cut off. */
#include "fwu.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define METADATA_VERSION 2u
#define HEADER_BYTES 32u
#define DESCRIPTOR_BYTES 8u
#define IMAGE_ENTRY_BYTES 80u
#define BANK_INFO_BYTES 24u
#define BANK_STATES 4u
#define DIRECTORY_VERSION 2u
#define DIRECTORY_HEADER_BYTES 24u
#define DIRECTORY_ENTRY_BYTES 40u
#define PERMISSION_WRITE 1u

static const char *const metadata_record[] = {"metadata-primary", "metadata-backup"};

/* 7e3a5c10-52d1-4b8e-9a77-... but for the two that the agent always has. */
const uint8_t fwu_object_guid[FWU_OBJECTS][TS_GUID_BYTES] = {
	TS_GUID(0x7e3a5c10, 0x52d1, 0x4b8e, 0x9a77, 0x1f0c6d2e4c01),
	TS_GUID(0x7e3a5c10, 0x52d1, 0x4b8e, 0x9a77, 0x1f0c6d2e4c02),
	[FWU_OBJECT_DIRECTORY] = TS_GUID(0xdeee58d9, 0x5147, 0x4ad3, 0xa290, 0x77666e2341a5),
	[FWU_OBJECT_METADATA] = TS_GUID(0x8a7a84a0, 0x8387, 0x40f6, 0xab41, 0xa8b9a5a60d23),
};

int fwu_object_find(const uint8_t guid[TS_GUID_BYTES])
{
	for (int i = 0; i < FWU_OBJECTS; i++)
		if (!memcmp(fwu_object_guid[i], guid, TS_GUID_BYTES))
			return i;
	return -1;
}

/* CRC-32 of IEEE 802.3, as boot loaders check it. */
static uint32_t crc32_of(const uint8_t *data, size_t len)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

/* Where the image lies in a bank: a UUID of its own. */
static void put_image_guid(uint8_t *at, unsigned image, unsigned bank)
{
	memcpy(at, fwu_object_guid[image], TS_GUID_BYTES);
	at[14] = (uint8_t)(0xb0 + bank);
}

static uint8_t *entry_of(uint8_t *metadata, unsigned image)
{
	return metadata + HEADER_BYTES + DESCRIPTOR_BYTES + image * IMAGE_ENTRY_BYTES;
}

static uint8_t *accepted_of(uint8_t *metadata, unsigned image, unsigned bank)
{
	return entry_of(metadata, image) + 2 * TS_GUID_BYTES + bank * BANK_INFO_BYTES +
	       TS_GUID_BYTES;
}

void fwu_metadata_encode(const struct fwu_metadata *meta, uint8_t out[FWU_METADATA_BYTES])
{
	memset(out, 0, FWU_METADATA_BYTES);
	put32(out + 4, METADATA_VERSION);
	put32(out + 8, meta->active);
	put32(out + 12, meta->previous);
	put32(out + 16, FWU_METADATA_BYTES);
	put16(out + 20, HEADER_BYTES);
	memset(out + 24, FWU_BANK_INVALID, BANK_STATES);
	memcpy(out + 24, meta->bank_state, FWU_BANKS);
	out[32] = FWU_BANKS;
	put16(out + 34, FWU_IMAGES);
	put16(out + 36, IMAGE_ENTRY_BYTES);
	put16(out + 38, BANK_INFO_BYTES);
	for (unsigned i = 0; i < FWU_IMAGES; i++) {
		memcpy(entry_of(out, i), fwu_object_guid[i], TS_GUID_BYTES);
		for (unsigned b = 0; b < FWU_BANKS; b++) {
			put_image_guid(accepted_of(out, i, b) - TS_GUID_BYTES, i, b);
			put32(accepted_of(out, i, b), meta->accepted[b][i]);
		}
	}
	put32(out, crc32_of(out + 4, FWU_METADATA_BYTES - 4));
}

bool fwu_metadata_decode(struct fwu_metadata *meta, const uint8_t in[FWU_METADATA_BYTES])
{
	uint8_t copy[FWU_METADATA_BYTES];

	if (get32(in) != crc32_of(in + 4, FWU_METADATA_BYTES - 4) ||
	    get32(in + 4) != METADATA_VERSION || get32(in + 16) != FWU_METADATA_BYTES)
		return false;
	meta->active = get32(in + 8);
	meta->previous = get32(in + 12);
	memcpy(meta->bank_state, in + 24, FWU_BANKS);
	memcpy(copy, in, sizeof(copy));
	for (unsigned b = 0; b < FWU_BANKS; b++)
		for (unsigned i = 0; i < FWU_IMAGES; i++)
			meta->accepted[b][i] = get32(accepted_of(copy, i, b)) != 0;
	return meta->active < FWU_BANKS && meta->previous < FWU_BANKS;
}

void fwu_directory_encode(const struct fwu *f, uint8_t out[FWU_DIRECTORY_BYTES])
{
	memset(out, 0, FWU_DIRECTORY_BYTES);
	put32(out, DIRECTORY_VERSION);
	put32(out + 4, DIRECTORY_HEADER_BYTES);
	put32(out + 8, FWU_IMAGES);
	put32(out + 12, f->boot_index == f->meta.active);
	put32(out + 16, DIRECTORY_ENTRY_BYTES);
	for (unsigned i = 0; i < FWU_IMAGES; i++) {
		uint8_t *entry = out + DIRECTORY_HEADER_BYTES + i * DIRECTORY_ENTRY_BYTES;

		memcpy(entry, fwu_object_guid[i], TS_GUID_BYTES);
		put32(entry + 16, PERMISSION_WRITE);
		put32(entry + 20, FWU_IMAGE_BYTES);
		put32(entry + 32, f->meta.accepted[f->boot_index][i]);
	}
}

static const char *image_record(unsigned bank, unsigned image, char name[24])
{
	snprintf(name, 24, "bank%u-image%u", bank, image);
	return name;
}

static bool load_metadata(struct fwu *f, const char *record)
{
	uint8_t bytes[FWU_METADATA_BYTES];
	size_t len;

	return !ffasim_sp_kept(f->host->l.sp, record, bytes, sizeof(bytes), &len) &&
	       len == sizeof(bytes) && fwu_metadata_decode(&f->meta, bytes);
}

void fwu_load(struct fwu *f)
{
	char name[24];
	size_t len;

	if (!f->host->l.sp ||
	    (!load_metadata(f, metadata_record[0]) && !load_metadata(f, metadata_record[1])))
		f->meta = (struct fwu_metadata){.bank_state = {FWU_BANK_ACCEPTED, FWU_BANK_INVALID},
						.accepted = {{true, true}}};
	for (unsigned b = 0; f->host->l.sp && b < FWU_BANKS; b++)
		for (unsigned i = 0; i < FWU_IMAGES; i++) {
			struct fwu_image *image = &f->image[b][i];

			if (!ffasim_sp_kept(f->host->l.sp, image_record(b, i, name), image->data,
					    FWU_IMAGE_BYTES, &len) &&
			    len <= FWU_IMAGE_BYTES)
				image->bytes = (uint32_t)len;
		}
}

static int32_t save(struct fwu *f, const char *record, const void *data, size_t len)
{
	const int err = f->host->l.sp ? ffasim_sp_keep(f->host->l.sp, record, data, len) : 0;

	return !err || err == -ENOSYS ? FWU_SUCCESS : FWU_UNKNOWN;
}

int32_t fwu_save_metadata(struct fwu *f)
{
	uint8_t bytes[FWU_METADATA_BYTES];
	int32_t status;

	fwu_metadata_encode(&f->meta, bytes);
	status = save(f, metadata_record[0], bytes, sizeof(bytes));
	return status ? status : save(f, metadata_record[1], bytes, sizeof(bytes));
}

int32_t fwu_save_image(struct fwu *f, unsigned bank, unsigned image)
{
	char name[24];

	return save(f, image_record(bank, image, name), f->image[bank][image].data,
		    f->image[bank][image].bytes);
}
