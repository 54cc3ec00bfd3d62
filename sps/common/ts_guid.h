/* SPDX-License-Identifier: BSD-3-Clause */
/* UUIDs in payloads of block storage, firmware update and SMM variables: EFI's mixed order of
 * octets, the first three fields little-endian (trusted-services.md 3.6, 3.7, 8). */
#ifndef SPS_TS_GUID_H
#define SPS_TS_GUID_H

#include <stdint.h>

#define TS_GUID_BYTES 16u
/* The fields as the text has them. */
#define TS_GUID(a, b, c, d, e)                                                                     \
	{                                                                                          \
		(a) & 255, (a) >> 8 & 255, (a) >> 16 & 255, (uint32_t)(a) >> 24, (b)&255,          \
			(b) >> 8, (c)&255, (c) >> 8, (d) >> 8, (d)&255, (uint64_t)(e) >> 40,       \
			(e) >> 32 & 255, (e) >> 24 & 255, (e) >> 16 & 255, (e) >> 8 & 255, (e)&255 \
	}

#endif
