/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The firmware update service (trusted-services.md 3.7): an update agent with two banks of images
 * and its metadata, below the shim protocol that ignores the opcode.
 *
 *   REGULAR -begin-> STAGING -end-> TRIAL_PENDING -reboot-> TRIAL -all accepted-> REGULAR
 *
 * A reboot is the next run with the same --state: the active bank of the metadata is booted, or
 * what option boot_index says the boot loader did instead. Without --state everything is as new at
 * each start, with bank 0 accepted.
 *
 * Inferred where no source says it, after the published update protocol: a call out of its state is
 * DENIED; BEGIN in STAGING begins anew; CANCEL also leaves TRIAL_PENDING; END with a stream open
 * for writing is BUSY, and takes images that were not written from the active bank; a boot from
 * another bank than the active one counts as TRIAL_PENDING. Which images there are is the
 * platform's: here two of 16 KiB, with UUIDs of this tree. Not modelled: authentication of images,
 * their versions, installers for whole disks, metadata of version 1.
 */
#ifndef SPS_FWU_H
#define SPS_FWU_H

#include "opcodes.h"
#include "ts_guid.h"
#include "ts_service.h"

#define FWU_IMAGES 2u
#define FWU_BANKS 2u
#define FWU_IMAGE_BYTES 16384u
#define FWU_STREAMS 4u
#define FWU_LIST_MAX 4u /* GUIDs in BEGIN_STAGING */

enum fwu_status {
	FWU_SUCCESS = 0,
	FWU_UNKNOWN = -1,
	FWU_BUSY = -2,
	FWU_OUT_OF_BOUNDS = -3,
	FWU_AUTH_FAIL = -4,
	FWU_NO_PERMISSION = -5,
	FWU_DENIED = -6,
	FWU_RESUME = -7,
	FWU_NOT_AVAILABLE = -8,
};

enum fwu_func {
	FWU_DISCOVER = 0,
	FWU_BEGIN_STAGING = 16,
	FWU_END_STAGING = 17,
	FWU_CANCEL_STAGING = 18,
	FWU_OPEN = 19,
	FWU_WRITE_STREAM = 20,
	FWU_READ_STREAM = 21,
	FWU_COMMIT = 22,
	FWU_ACCEPT_IMAGE = 23,
	FWU_SELECT_PREVIOUS = 24,
};

enum fwu_state { FWU_REGULAR, FWU_STAGING, FWU_TRIAL_PENDING, FWU_TRIAL };
enum { FWU_BANK_ACCEPTED = 0xfc, FWU_BANK_VALID = 0xfe, FWU_BANK_INVALID = 0xff };

/* What can be opened: an image, to write it, or one of the two below, to read them. */
enum { FWU_OBJECT_DIRECTORY = FWU_IMAGES, FWU_OBJECT_METADATA, FWU_OBJECTS };
extern const uint8_t fwu_object_guid[FWU_OBJECTS][TS_GUID_BYTES];
/* Index into it, or -1. */
int fwu_object_find(const uint8_t guid[TS_GUID_BYTES]);

/* Metadata of version 2: 32 bytes, then the store descriptor: 8 bytes and 80 an image. */
#define FWU_METADATA_BYTES (32u + 8u + 80u * FWU_IMAGES)
#define FWU_DIRECTORY_BYTES (24u + 40u * FWU_IMAGES)

struct fwu_metadata {
	uint32_t active, previous;
	uint8_t bank_state[FWU_BANKS];
	bool accepted[FWU_BANKS][FWU_IMAGES];
};

struct fwu_stream {
	bool used;
	uint16_t count;	 /* high half of its handle */
	uint64_t opened; /* the how manieth */
	unsigned object;
	uint32_t at;
};

struct fwu_image {
	uint32_t bytes;
	uint8_t data[FWU_IMAGE_BYTES];
};

struct fwu {
	struct ts_host *host;
	struct fwu_metadata meta;
	enum fwu_state state;
	uint32_t boot_index;
	unsigned staged;  /* mask: images of this update */
	unsigned written; /* mask: of these, committed */
	uint64_t streams_opened;
	struct fwu_stream stream[FWU_STREAMS];
	struct fwu_image image[FWU_BANKS][FWU_IMAGES];
};

extern const struct ts_service fwu_service; /* state: struct fwu */

/* metadata.c */
void fwu_metadata_encode(const struct fwu_metadata *meta, uint8_t out[FWU_METADATA_BYTES]);
/* False: not metadata of this agent, or its sum is wrong. */
bool fwu_metadata_decode(struct fwu_metadata *meta, const uint8_t in[FWU_METADATA_BYTES]);
void fwu_directory_encode(const struct fwu *f, uint8_t out[FWU_DIRECTORY_BYTES]);
/* What the previous run left: primary metadata, else the backup, else as new; images. */
void fwu_load(struct fwu *f);
/* FWU_UNKNOWN when the host does not take it. */
int32_t fwu_save_metadata(struct fwu *f);
int32_t fwu_save_image(struct fwu *f, unsigned bank, unsigned image);

/* agent.c; all return FWU status. */
void fwu_boot(struct fwu *f, struct ts_host *host);
int32_t fwu_begin(struct fwu *f, unsigned images);
int32_t fwu_end(struct fwu *f);
int32_t fwu_cancel(struct fwu *f);
int32_t fwu_accept(struct fwu *f, unsigned image);
int32_t fwu_select_previous(struct fwu *f);
int32_t fwu_open(struct fwu *f, unsigned object, bool write, uint32_t *handle);
int32_t fwu_write(struct fwu *f, uint32_t handle, struct ts_span data);
/* As much as fits: *len is the room, then what came. */
int32_t fwu_read(struct fwu *f, uint32_t handle, uint8_t *out, uint32_t *len, uint32_t *total);
int32_t fwu_commit(struct fwu *f, uint32_t handle, bool accepted);

#endif
