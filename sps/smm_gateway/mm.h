/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MM interface (trusted-services.md 3.9, 2.6): a message in Non-secure memory that says which
 * service it is for. It is copied into the SP before anything looks at it, and back when it was
 * served, for the Non-secure world can change it at any time. Unknown services are NOT_SUPPORTED
 * (inferred).
 */
#ifndef SPS_SMM_MM_H
#define SPS_SMM_MM_H

#include "variable.h"

#define MM_SERVICES_MAX 8u
#define MM_BUFFER_BYTES (8u * 4096u)

enum mm_code {
	MM_SUCCESS = 0,
	MM_NOT_SUPPORTED = -1,
	MM_INVALID_PARAMETER = -2,
	MM_DENIED = -3,
	MM_NO_MEMORY = -5,
};

struct mm {
	struct variables variables;
	uint8_t message[MM_BUFFER_BYTES];
};

/* Serves the message at @offset of the carve-out. */
enum mm_code mm_serve(struct mm *mm, uint8_t *shared, size_t shared_bytes, uint64_t offset);

#endif
