/* SPDX-License-Identifier: BSD-3-Clause */
/* The opcode of the logging service (trusted-services.md 3.8). */
#ifndef SPS_LOGGING_OPCODES_H
#define SPS_LOGGING_OPCODES_H

#define LOGGING_UUID TS_UUID(0xda9dffbd, 0xd590, 0x40ed, 0x975f, 0x19c65a3d52d3)
enum { LOG_PUTS = 0x101 }; /* length u64 with the NUL, then so many bytes */

#endif
