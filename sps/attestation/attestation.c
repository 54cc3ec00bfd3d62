/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The attestation service (trusted-services.md 3.5). It needs the crypto service at boot, and an
 * event log in its SP's manifest; one of size 0 will do and means that nothing was measured. Option
 * event_log: mock (the eight components of the reference's mock log).
 */
#include "attestation.h"

#include <libfdt.h>
#include <string.h>
#include "packedc.h"

#define SESSION_BYTES 4096u
#define FIRST_RECORD_WORDS 8 /* PCR, type, SHA-1 digest, size 0 */

/* ---- the event log ---- */

/* Address and size of the log in the manifest; -1 = the manifest has none (5.1). */
static int find_log(struct ts_host *host, uint64_t *addr, uint32_t *size)
{
	const void *fdt = ts_host_manifest(host);
	const void *prop;
	int node, len;

	if (!fdt)
		return -1;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,tpm_event_log");
	if (node < 0)
		return -1;
	prop = fdt_getprop(fdt, node, "tpm_event_log_addr", &len);
	*addr = prop && len == 8 ? fdt64_ld(prop) : 0;
	prop = fdt_getprop(fdt, node, "tpm_event_log_size", &len);
	*size = prop && len == 4 ? fdt32_ld(prop) : 0;
	return 0;
}

/* A log as measured boot leaves it, SHA-256 only. */
static size_t mock_log(uint8_t *out, size_t room)
{
	static const char *const names[] = {"BL_2",	     "BL_31",	    "HW_CONFIG",
					    "SOC_FW_CONFIG", "BL_32",	    "BL32_EXTRA1_IMAGE",
					    "BL_33",	     "NT_FW_CONFIG"};
	struct ts_writer w = ts_writer_of(out, room);

	for (unsigned i = 0; i < FIRST_RECORD_WORDS; i++)
		ts_put_u32(&w, 0);
	for (unsigned i = 0; i < 8; i++) {
		const uint32_t len = (uint32_t)strlen(names[i]) + 1;

		ts_put_u32(&w, 0); /* PCR */
		ts_put_u32(&w, 1); /* EV_POST_CODE */
		ts_put_u32(&w, 1);
		ts_put_bytes(&w, &(uint16_t){0x000b}, 2);
		memset(ts_put_room(&w, 32), (int)(i + 1), 32);
		ts_put_u32(&w, len);
		ts_put_bytes(&w, names[i], len);
	}
	return w.used;
}

static int read_log(struct ts_host *host, struct attestation *a)
{
	const char *option = ffasim_sp_option(host->l.sp, "event_log");
	uint64_t addr = 0;
	uint32_t size = 0;
	const void *log;

	if (find_log(host, &addr, &size))
		return -1;
	if (option && !strcmp(option, "mock"))
		return event_log_read(a, a->token, mock_log(a->token, sizeof(a->token)));
	if (!addr || !size)
		return 0;
	log = ffasim_sp_va(host->l.sp, addr, size, false);
	return log ? event_log_read(a, log, size) : -1;
}

static int start(struct ts_host *host, void *state)
{
	static const uint8_t crypto_uuid[16] = CRYPTO_UUID;
	struct attestation *a = state;

	a->host = host;
	if (read_log(host, a))
		return -1;
	if (ts_session_open(&a->crypto, &host->l, crypto_uuid, SESSION_BYTES))
		return -1;
	return crypto_random(a, a->boot_seed, sizeof(a->boot_seed));
}

/* ---- opcodes ---- */

static bool challenge_valid(size_t len)
{
	return len == 32 || len == 48 || len == 64;
}

static int32_t get_token(struct ts_call *call)
{
	struct attestation *a = call->state;
	struct ts_span challenge;
	psa_status status = PSA_ERROR_INVALID_ARGUMENT;
	size_t len = 0;

	if (!ts_tlv_find(&call->in, 1, &challenge) || challenge.len > ATTEST_CHALLENGE_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	if (challenge_valid(challenge.len))
		status = token_make(a, call->owner, challenge, &len);
	if (!status)
		ts_tlv_put(&call->out, 1, a->token, len);
	return ts_answered(call, status);
}

/* Of a whole token over zeros: so the sizes agree. */
static int32_t get_token_size(struct ts_call *call)
{
	static const uint8_t zero[ATTEST_CHALLENGE_MAX];
	psa_status status = PSA_ERROR_INVALID_ARGUMENT;
	uint32_t size = 0;
	size_t len = 0;

	ts_get_u32(&call->in, &size);
	if (challenge_valid(size))
		status = token_make(call->state, call->owner, (struct ts_span){zero, size}, &len);
	if (!status)
		ts_put_u32(&call->out, (uint32_t)len);
	return ts_answered(call, status);
}

static int32_t export_iak(struct ts_call *call)
{
	uint8_t key[65];
	const psa_status status = iak_public(call->state, key);

	if (!status)
		ts_tlv_put(&call->out, 1, key, sizeof(key));
	return ts_answered(call, status);
}

static int32_t import_iak(struct ts_call *call)
{
	struct ts_span key;

	if (!ts_tlv_find(&call->in, 1, &key) || key.len > ATTEST_IAK_BYTES)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, iak_import(call->state, key));
}

static int32_t exists(struct ts_call *call)
{
	return ts_done(call, iak_exists(call->state) ? PSA_SUCCESS : PSA_ERROR_DOES_NOT_EXIST);
}

static const struct ts_op ops[] = {
	{ATTEST_GET_TOKEN, 0, get_token, "get_token", 5000, 0},
	{ATTEST_GET_TOKEN_SIZE, 4, get_token_size, "get_token_size", 5000, 0},
	{ATTEST_EXPORT_IAK, 0, export_iak, "export_iak_public_key", 2000, 0},
	{ATTEST_IMPORT_IAK, 0, import_iak, "import_iak", 2000, 0},
	{ATTEST_IAK_EXISTS, 0, exists, "iak_exists", 1000, 0},
};

const struct ts_service attestation_service = {
	.name = "attestation",
	.uuid = ATTEST_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = start,
};
