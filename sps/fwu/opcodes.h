/* SPDX-License-Identifier: BSD-3-Clause */
/* The one opcode of the firmware update service, which nobody looks at
 * (trusted-services.md 3.7). */
#ifndef SPS_FWU_OPCODES_H
#define SPS_FWU_OPCODES_H

#define FWU_UUID TS_UUID(0x6823a838, 0x1b06, 0x470e, 0x9774, 0x0cce8bfb53fd)
enum { FWU_SHIM = 0 };

#endif
