/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FF-A as data: function ids, error codes, register fields, feature ids and properties. Knows
 * nothing of the simulator. Rows cited are those of docs/reference (ffa.md, optee.md).
 * Not modelled: v1.3 functions; they are listed nowhere and therefore unknown.
 */
#ifndef FFASIM_FFA_FFA_H
#define FFASIM_FFA_FFA_H

#include <stdbool.h>
#include <stdint.h>

/* Two kinds of 16-bit number that must not be mixed up. */
typedef struct {
	uint16_t v;
} endpoint_id;
typedef struct {
	uint16_t v;
} vcpu_id;

static inline endpoint_id endpoint_of(uint64_t v)
{
	return (endpoint_id){(uint16_t)v};
}
static inline vcpu_id vcpu_of(uint64_t v)
{
	return (vcpu_id){(uint16_t)v};
}
static inline bool endpoint_is_secure(endpoint_id id)
{
	return id.v & 0x8000;
} /* 0.1 */

#define FFA_ID_NWD 0x0000
#define FFA_ID_SPMC 0x8000
#define FFA_ID_SPMD_LSP_FIRST 0xffc0
#define FFA_ID_SPMD 0xffff

#define FFA_VERSION_1_0 0x00010000u
#define FFA_VERSION_1_1 0x00010001u
#define FFA_VERSION_1_2 0x00010002u

/* Function ids of ffa.md 1.2. The 64-bit form has bit 30 set. */
#define FFA_FID_64 0x40000000u
#define FFA_FIDS(X)                                                                                \
	X(ERROR, 0x84000060)                                                                       \
	X(SUCCESS, 0x84000061)                                                                     \
	X(INTERRUPT, 0x84000062)                                                                   \
	X(VERSION, 0x84000063)                                                                     \
	X(FEATURES, 0x84000064)                                                                    \
	X(RX_RELEASE, 0x84000065)                                                                  \
	X(RXTX_MAP, 0x84000066)                                                                    \
	X(RXTX_UNMAP, 0x84000067)                                                                  \
	X(PARTITION_INFO_GET, 0x84000068)                                                          \
	X(ID_GET, 0x84000069)                                                                      \
	X(MSG_POLL, 0x8400006a)                                                                    \
	X(MSG_WAIT, 0x8400006b)                                                                    \
	X(YIELD, 0x8400006c)                                                                       \
	X(RUN, 0x8400006d)                                                                         \
	X(MSG_SEND, 0x8400006e)                                                                    \
	X(DIRECT_REQ, 0x8400006f)                                                                  \
	X(DIRECT_RESP, 0x84000070)                                                                 \
	X(MEM_DONATE, 0x84000071)                                                                  \
	X(MEM_LEND, 0x84000072)                                                                    \
	X(MEM_SHARE, 0x84000073)                                                                   \
	X(MEM_RETRIEVE_REQ, 0x84000074)                                                            \
	X(MEM_RETRIEVE_RESP, 0x84000075)                                                           \
	X(MEM_RELINQUISH, 0x84000076)                                                              \
	X(MEM_RECLAIM, 0x84000077)                                                                 \
	X(MEM_OP_PAUSE, 0x84000078)                                                                \
	X(MEM_OP_RESUME, 0x84000079)                                                               \
	X(MEM_FRAG_RX, 0x8400007a)                                                                 \
	X(MEM_FRAG_TX, 0x8400007b)                                                                 \
	X(NORMAL_WORLD_RESUME, 0x8400007c)                                                         \
	X(NOTIFICATION_BITMAP_CREATE, 0x8400007d)                                                  \
	X(NOTIFICATION_BITMAP_DESTROY, 0x8400007e)                                                 \
	X(NOTIFICATION_BIND, 0x8400007f)                                                           \
	X(NOTIFICATION_UNBIND, 0x84000080)                                                         \
	X(NOTIFICATION_SET, 0x84000081)                                                            \
	X(NOTIFICATION_GET, 0x84000082)                                                            \
	X(NOTIFICATION_INFO_GET, 0x84000083)                                                       \
	X(RX_ACQUIRE, 0x84000084)                                                                  \
	X(SPM_ID_GET, 0x84000085)                                                                  \
	X(MSG_SEND2, 0x84000086)                                                                   \
	X(SECONDARY_EP_REGISTER, 0x84000087)                                                       \
	X(MEM_PERM_GET, 0x84000088)                                                                \
	X(MEM_PERM_SET, 0x84000089)                                                                \
	X(CONSOLE_LOG, 0x8400008a)                                                                 \
	X(PARTITION_INFO_GET_REGS, 0x8400008b)                                                     \
	X(EL3_INTR_HANDLE, 0x8400008c)                                                             \
	X(DIRECT_REQ2, 0x8400008d)                                                                 \
	X(DIRECT_RESP2, 0x8400008e)

enum ffa_fid {
#define FFA_FID_ENUM(name, value) FFA_##name = value,
	FFA_FIDS(FFA_FID_ENUM)
#undef FFA_FID_ENUM
};

/* The two that exist as 64-bit calls only. */
#define FFA_DIRECT_REQ2_64 0xc400008du
#define FFA_DIRECT_RESP2_64 0xc400008eu

/* 0.2. In w2 of FFA_ERROR; 32-bit, the upper half of the register is zero. */
#define FFA_ERRORS(X)                                                                              \
	X(NOT_SUPPORTED, -1)                                                                       \
	X(INVALID_PARAMETERS, -2)                                                                  \
	X(NO_MEMORY, -3)                                                                           \
	X(BUSY, -4)                                                                                \
	X(INTERRUPTED, -5)                                                                         \
	X(DENIED, -6)                                                                              \
	X(RETRY, -7)                                                                               \
	X(ABORTED, -8)                                                                             \
	X(NO_DATA, -9)                                                                             \
	X(NOT_READY, -10)

enum ffa_error {
	FFA_OK = 0,
#define FFA_ERROR_ENUM(name, value) FFA_##name = value,
	FFA_ERRORS(FFA_ERROR_ENUM)
#undef FFA_ERROR_ENUM
};

/* Feature ids (1.4). */
#define FFA_FEATURE_NPI 1
#define FFA_FEATURE_SRI 2
#define FFA_FEATURE_MEI 3

/* Partition properties (2.1); the low three are the bits of `messaging-method` too. */
#define FFA_PROP_DIRECT_RECV (1u << 0)
#define FFA_PROP_DIRECT_SEND (1u << 1)
#define FFA_PROP_INDIRECT (1u << 2)
#define FFA_PROP_NOTIFICATIONS (1u << 3)
#define FFA_PROP_VM_CREATED (1u << 6)
#define FFA_PROP_VM_DESTROYED (1u << 7)
#define FFA_PROP_AARCH64 (1u << 8)
#define FFA_PROP_DIRECT2_RECV (1u << 9)
#define FFA_PROP_DIRECT2_SEND (1u << 10)

#define FFA_MSG_FRAMEWORK (1u << 31) /* w2 of a direct message, section 8 */
/* Framework messages, w2[7:0]. */
#define FFA_MSG_POWER_REQ 0u
#define FFA_MSG_POWER_RESP 2u
#define FFA_MSG_VM_CREATED_REQ 4u
#define FFA_MSG_VM_CREATED_RESP 5u
#define FFA_MSG_VM_DESTROYED_REQ 6u
#define FFA_MSG_VM_DESTROYED_RESP 7u
#define FFA_MSG_VERSION_REQ 8u
#define FFA_MSG_VERSION_RESP 9u
#define FFA_INFO_COUNT_ONLY 1u /* w5 of PARTITION_INFO_GET */

/* ns-interrupts-action (4.2). */
enum ffa_ns_action { FFA_NS_QUEUED = 0, FFA_NS_MANAGED_EXIT = 1, FFA_NS_SIGNALED = 2 };

static inline endpoint_id ffa_src(uint64_t w1)
{
	return endpoint_of(w1 >> 16);
}
static inline endpoint_id ffa_dst(uint64_t w1)
{
	return endpoint_of(w1);
}
static inline uint32_t ffa_pack(endpoint_id high, uint16_t low)
{
	return (uint32_t)high.v << 16 | low;
}

/* "FFA_RUN", "FFA_SUCCESS64"; NULL for anything that is not a function id of this list. */
const char *ffa_fid_name(uint32_t fid);
/* "BUSY"; NULL when it is no error code. @code as read from a register, low 32 bits count. */
const char *ffa_error_name(uint64_t code);
/* Meaning of w1..w7 of a call for the log, "src>dst", "handle lo", ...; NULL when it carries
 * nothing (@index 1..7). */
const char *ffa_reg_name(uint32_t fid, unsigned index);

#endif
