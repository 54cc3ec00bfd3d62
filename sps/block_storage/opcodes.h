/* SPDX-License-Identifier: BSD-3-Clause */
/* Opcodes of the block storage service (trusted-services.md 3.6). */
#ifndef SPS_BLOCK_STORAGE_OPCODES_H
#define SPS_BLOCK_STORAGE_OPCODES_H

#define BLOCK_STORAGE_UUID TS_UUID(0x63646e80, 0xeb52, 0x462f, 0xac4f, 0x8cdf3987519c)
enum block_op {
	BLOCK_GET_PARTITION_INFO = 0x101,
	BLOCK_OPEN = 0x102,
	BLOCK_CLOSE = 0x103,
	BLOCK_READ = 0x104,
	BLOCK_WRITE = 0x105,
	BLOCK_ERASE = 0x106,
};

#endif
