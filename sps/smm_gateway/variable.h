/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * UEFI variables below the MM interface (trusted-services.md 3.9): at most 40, of 4096 bytes each.
 * Non-volatile ones lie in the PS service, an asset each, with an index under the uid of the real
 * one; volatile ones in this SP's memory. Everything comes from Non-secure memory and was copied
 * from there once.
 *
 * Inferred, because the reference has only layouts: the rules of UEFI's variable services decide
 * which error it is. Limits of ours: names of 32 characters, NUL included. Not modelled:
 * authenticated variables: UNSUPPORTED, as from the default deployment; they are a build option of
 * the real one (4: a heap of 64 KiB in place of 32).
 */
#ifndef SPS_SMM_VARIABLE_H
#define SPS_SMM_VARIABLE_H

#include <stdbool.h>
#include "psa_store.h"
#include "ts_guid.h"

#define VARIABLES_MAX 40u
#define VARIABLE_BYTES_MAX 4096u
#define VARIABLE_NAME_BYTES 64u
#define VARIABLE_INDEX_UID 0x8000000000000001ull
#define VARIABLE_DATA_UID(slot) (0x8000000000000100ull + (slot))

enum {
	VARIABLE_NON_VOLATILE = 1,
	VARIABLE_BOOT = 2,
	VARIABLE_RUNTIME = 4,
	VARIABLE_HARDWARE_ERROR = 8,
	VARIABLE_AUTHENTICATED = 0x10 | 0x20, /* either */
	VARIABLE_APPEND = 0x40,
};

#define EFI_ERROR_BIT (1ull << 63)
enum efi_status {
	EFI_OK = 0,
	EFI_INVALID = 2,
	EFI_UNSUPPORTED = 3,
	EFI_TOO_SMALL = 5,
	EFI_DEVICE_ERROR = 7,
	EFI_WRITE_PROTECTED = 8,
	EFI_OUT_OF_RESOURCES = 9,
	EFI_NOT_FOUND = 14,
};

struct variable_name {
	uint8_t guid[TS_GUID_BYTES];
	uint16_t bytes; /* with the NUL; 0 = no such variable */
	uint8_t text[VARIABLE_NAME_BYTES];
};

/* Of VAR_CHECK_PROPERTY. */
struct variable_property {
	uint16_t revision, property; /* bit 0 of the second: read-only */
	uint32_t attributes;
	uint64_t least, most; /* bytes of data */
};

struct variable {
	struct variable_name name;
	uint32_t attributes;
};

struct variables {
	struct psa_store *store;
	bool runtime; /* EXIT_BOOT_SERVICE was called */
	struct variable slot[VARIABLES_MAX];
	uint32_t volatile_bytes[VARIABLES_MAX];
	uint8_t volatile_data[VARIABLES_MAX][VARIABLE_BYTES_MAX];
	uint8_t scratch[VARIABLE_BYTES_MAX]; /* data or the index, on its way */
	struct {
		struct variable_name name;
		struct variable_property property;
	} check[VARIABLES_MAX];
};

/* @v is zeroed. False: the store does not answer, or what it has is no index. */
bool variables_load(struct variables *v, struct psa_store *store);
/* The message of @bytes at @msg, function number first, is answered in place. False: it is too
 * short to be one. */
bool variables_serve(struct variables *v, uint8_t *msg, size_t bytes);

/* The rules; what variables_serve() calls. *size is the room, then the length. */
enum efi_status variable_get(struct variables *v, const struct variable_name *name, uint8_t *data,
			     uint64_t *size, uint32_t *attributes);
enum efi_status variable_set(struct variables *v, const struct variable_name *name,
			     uint32_t attributes, const uint8_t *data, uint64_t size);
/* @name becomes the one after it; an empty name has the first behind it. */
enum efi_status variable_next(const struct variables *v, struct variable_name *name);
enum efi_status variable_query(const struct variables *v, uint32_t attributes, uint64_t info[3]);
enum efi_status variable_check_set(struct variables *v, const struct variable_name *name,
				   const struct variable_property *property);
enum efi_status variable_check_get(const struct variables *v, const struct variable_name *name,
				   struct variable_property *property);

#endif
