/* SPDX-License-Identifier: BSD-3-Clause */
/* Opcodes of the attestation service (trusted-services.md 3.5). */
#ifndef SPS_ATTESTATION_OPCODES_H
#define SPS_ATTESTATION_OPCODES_H

#define ATTEST_UUID TS_UUID(0xa1baf155, 0x8876, 0x4695, 0x8f7c, 0x54955e8db974)
enum attestation_opcode {
	ATTEST_GET_TOKEN = 0x0101,
	ATTEST_GET_TOKEN_SIZE = 0x0102,
	ATTEST_EXPORT_IAK = 0x0103,
	ATTEST_IMPORT_IAK = 0x0104,
	ATTEST_IAK_EXISTS = 0x0105,
};

#endif
