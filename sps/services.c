/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of services and opcodes of the native SPs: names for scenarios, numbers for the wire.
 * One row an opcode; a new SP adds its rows here and its numbers in services.h.
 */
#include "ffasim/services.h"

#include <string.h>

#include "attestation/opcodes.h"
#include "block_storage/opcodes.h"
#include "crypto/packedc.h"
#include "env_test/opcodes.h"
#include "fwu/opcodes.h"
#include "logging/opcodes.h"
#include "services.h"

#define ROWS(array) (array), sizeof(array) / sizeof((array)[0])

static const struct ffasim_service_op echo_ops[] = {
	{.name = "echo",
	 .opcode = ECHO_ECHO,
	 .flags = FFASIM_OP_PAYLOAD,
	 .doc = "answers the bytes it got"},
	{.name = "reverse",
	 .opcode = ECHO_REVERSE,
	 .flags = FFASIM_OP_PAYLOAD,
	 .doc = "answers the bytes in reverse order"},
	{.name = "sum",
	 .opcode = ECHO_SUM,
	 .flags = FFASIM_OP_PAYLOAD,
	 .results = {"sum"},
	 .doc = "answers the sum of the bytes"},
	{.name = "length",
	 .opcode = ECHO_LENGTH,
	 .flags = FFASIM_OP_PAYLOAD,
	 .results = {"length"},
	 .doc = "answers the request length"},
};

static const struct ffasim_service_op spin_ops[] = {
	{.name = "burn",
	 .opcode = SPIN_BURN,
	 .args = {{"work", FFASIM_ARG_TIME}},
	 .results = {"bad", "el0_ns", "slices"},
	 .doc = "computes for the stated time; registers and memory pattern checked all along"},
	{.name = "burn_svc",
	 .opcode = SPIN_BURN_SVC,
	 .args = {{"work", FFASIM_ARG_TIME}, {"every", FFASIM_ARG_TIME}},
	 .results = {"bad", "el0_ns", "slices", "svcs"},
	 .doc = "burn with an SVC (FFA_ID_GET) every so often"},
	{.name = "chain",
	 .opcode = SPIN_CHAIN,
	 .args = {{"sp", FFASIM_ARG_SP}, {"work", FFASIM_ARG_TIME}, {"op", FFASIM_ARG_U64}},
	 .results = {"fid", "error", "status"},
	 .doc = "has another spin SP burn (whole us), or do opcode op; status: its, or the FF-A "
		"error"},
	{.name = "boot_result",
	 .opcode = SPIN_BOOT_RESULT,
	 .results = {"called", "fid", "error"},
	 .doc = "what the call of option boot_call got; status: the FF-A error"},
	{.name = "damage",
	 .opcode = SPIN_DAMAGE,
	 .args = {{"work", FFASIM_ARG_TIME}},
	 .results = {"bad", "el0_ns", "slices"},
	 .doc = "burn that changes x5 and half of v7 on the way: status 1 proves the check"},
};

static const struct ffasim_service_op misbehave_ops[] = {
	{.name = "ok", .opcode = MISBEHAVE_OK, .doc = "behaves"},
	{.name = "wrong_destination",
	 .opcode = MISBEHAVE_WRONG_DESTINATION,
	 .args = {{"to", FFASIM_ARG_U64}},
	 .doc = "answers somebody else, then behaves; status: the FF-A error the SP got"},
	{.name = "wrong_source",
	 .opcode = MISBEHAVE_WRONG_SOURCE,
	 .doc = "answers in another SP's name; status as above"},
	{.name = "nonzero_w2",
	 .opcode = MISBEHAVE_NONZERO_W2,
	 .doc = "answers with w2 = 1; status as above"},
	{.name = "resp64",
	 .opcode = MISBEHAVE_RESP64,
	 .doc = "answers a 32-bit request in 64-bit form; status as above"},
	{.name = "error",
	 .opcode = MISBEHAVE_ERROR,
	 .args = {{"times", FFASIM_ARG_U64}},
	 .results = {"bounced"},
	 .doc = "answers FFA_ERROR so many times (0 = for ever), then behaves"},
	{.name = "long_response",
	 .opcode = MISBEHAVE_LONG_RESPONSE,
	 .doc = "states a response one byte longer than the buffer"},
	{.name = "never", .opcode = MISBEHAVE_NEVER, .doc = "computes for ever"},
	{.name = "msg_wait",
	 .opcode = MISBEHAVE_MSG_WAIT,
	 .doc = "FFA_MSG_WAIT instead of a response"},
	{.name = "rpc_status",
	 .opcode = MISBEHAVE_RPC_STATUS,
	 .args = {{"value", FFASIM_ARG_U64}},
	 .doc = "fails the RPC with this status (no argument: -1)"},
	{.name = "service_status",
	 .opcode = MISBEHAVE_SERVICE_STATUS,
	 .args = {{"value", FFASIM_ARG_U64}},
	 .doc = "answers this service status"},
	{.name = "refuse_retrieve",
	 .opcode = MISBEHAVE_REFUSE_RETRIEVE,
	 .doc = "refuses the next MEM_RETRIEVE"},
	{.name = "refuse_relinquish",
	 .opcode = MISBEHAVE_REFUSE_RELINQUISH,
	 .doc = "refuses the next MEM_RELINQUISH"},
	{.name = "keep_memory",
	 .opcode = MISBEHAVE_KEEP_MEMORY,
	 .doc = "says yes to the next MEM_RELINQUISH and keeps the memory"},
	{.name = "keep_pointer",
	 .opcode = MISBEHAVE_KEEP_POINTER,
	 .doc = "remembers where the memory of this request is"},
	{.name = "read_pointer",
	 .opcode = MISBEHAVE_READ_POINTER,
	 .results = {"value"},
	 .doc = "reads a byte from there, whatever became of the memory since"},
	{.name = "write_pointer", .opcode = MISBEHAVE_WRITE_POINTER, .doc = "writes there"},
	{.name = "bad_svc",
	 .opcode = MISBEHAVE_BAD_SVC,
	 .args = {{"fid", FFASIM_ARG_U64}},
	 .results = {"fid", "error"},
	 .doc = "SVC with this function id; status: the FF-A error"},
	{.name = "crash_undef", .opcode = MISBEHAVE_CRASH_UNDEF, .doc = "undefined instruction"},
	{.name = "crash_data_abort",
	 .opcode = MISBEHAVE_CRASH_DATA_ABORT,
	 .doc = "access to an address that is not mapped"},
	{.name = "crash_insn_abort",
	 .opcode = MISBEHAVE_CRASH_INSN_ABORT,
	 .doc = "jump to address 0"},
	{.name = "crash_alignment",
	 .opcode = MISBEHAVE_CRASH_ALIGNMENT,
	 .doc = "misaligned stack pointer"},
	{.name = "crash_brk", .opcode = MISBEHAVE_CRASH_BRK, .doc = "BRK instruction"},
	{.name = "crash_sysreg",
	 .opcode = MISBEHAVE_CRASH_SYSREG,
	 .doc = "reads the virtual counter"},
	{.name = "crash_after_svc",
	 .opcode = MISBEHAVE_CRASH_AFTER_SVC,
	 .doc = "crashes right after an answered SVC, each time it is entered there"},
	{.name = "crash_resurrect",
	 .opcode = MISBEHAVE_CRASH_RESURRECT,
	 .doc = "crashes after an answered SVC; entered there again it behaves"},
	{.name = "crash_after_call",
	 .opcode = MISBEHAVE_CRASH_AFTER_CALL,
	 .args = {{"sp", FFASIM_ARG_SP}},
	 .doc = "crashes right after another SP's reply was delivered"},
	{.name = "crash_later",
	 .opcode = MISBEHAVE_CRASH_LATER,
	 .args = {{"work", FFASIM_ARG_TIME}},
	 .doc = "computes first, then an undefined instruction"},
};

/* golden speaks the raw command set of the recordings; opcodes by number (golden.md section 0). */
static const struct ffasim_service_op golden_ops[] = {
	{.name = "echo", .opcode = 0, .flags = FFASIM_OP_PAYLOAD, .doc = "answers w6 and w7"},
};

static const struct ffasim_service_op torture_ops[] = {
	{.name = "mix",
	 .opcode = TORTURE_MIX,
	 .args = {{"seed", FFASIM_ARG_U64}, {"rounds", FFASIM_ARG_U64}},
	 .results = {"sum"},
	 .doc = "a checksum through every kind of register; the same for one seed, always"},
	{.name = "svcs",
	 .opcode = TORTURE_SVCS,
	 .args = {{"count", FFASIM_ARG_U64}},
	 .doc = "FFA_ID_GET so often"},
	{.name = "alu",
	 .opcode = TORTURE_ALU,
	 .args = {{"turns", FFASIM_ARG_U64}},
	 .doc = "a loop of ten instructions"},
	{.name = "store",
	 .opcode = TORTURE_STORE,
	 .args = {{"turns", FFASIM_ARG_U64}},
	 .doc = "a loop of ten instructions, two of them loads and two stores"},
	{.name = "calls",
	 .opcode = TORTURE_CALLS,
	 .args = {{"turns", FFASIM_ARG_U64}},
	 .doc = "a loop of eight instructions, with a call and its return"},
};

static const struct ffasim_service_op lock_ops[] = {
	{.name = "hold",
	 .opcode = LOCK_HOLD,
	 .args = {{"work", FFASIM_ARG_TIME}},
	 .results = {"spins"},
	 .doc = "takes the lock in the shared page, computes, lets go; spins: turns it waited"},
};

static const struct ffasim_service_op ledger_ops[] = {
	{.name = "audit",
	 .opcode = LEDGER_AUDIT,
	 .results = {"left", "difference", "audits"},
	 .doc = "the left column, what the right one lacks, and how often it was looked at"},
	{.name = "post_symbol",
	 .opcode = LEDGER_POST_SYMBOL,
	 .doc = "one more in both columns, which differ at the symbol ledger_half"},
	{.name = "post_address",
	 .opcode = LEDGER_POST_ADDRESS,
	 .doc = "the same, at the fifth instruction of ledger_address"},
	{.name = "post_svcs",
	 .opcode = LEDGER_POST_SVCS,
	 .doc = "the same, around the fifth of eight SVCs"},
	{.name = "post_announced",
	 .opcode = LEDGER_POST_ANNOUNCED,
	 .doc = "says on the console that it has posted, then does"},
	{.name = "prepare", .opcode = LEDGER_PREPARE, .doc = "before a commit"},
	{.name = "commit",
	 .opcode = LEDGER_COMMIT,
	 .doc = "one more in both columns; status 1 when somebody looked since prepare"},
};

static const struct ffasim_service_op counter_ops[] = {
	{.name = "measure",
	 .opcode = COUNTER_MEASURE,
	 .args = {{"work", FFASIM_ARG_TIME}},
	 .results = {"ticks", "hz"},
	 .doc = "times its own work with the physical counter"},
};

/* Trusted Services: requests and answers are those of the real ones, as bytes (docs/services.md).
 */
#define PSA(op_name, number)                                                                       \
	{                                                                                          \
		.name = op_name, .opcode = number, .flags = FFASIM_OP_PAYLOAD,                     \
		.doc = "as PSA has it"                                                             \
	}
static const struct ffasim_service_op crypto_ops[] = {
	PSA("generate_key", CRYPTO_GENERATE_KEY),
	PSA("destroy_key", CRYPTO_DESTROY_KEY),
	PSA("export_key", CRYPTO_EXPORT_KEY),
	PSA("export_public_key", CRYPTO_EXPORT_PUBLIC_KEY),
	PSA("import_key", CRYPTO_IMPORT_KEY),
	PSA("sign_hash", CRYPTO_SIGN_HASH),
	PSA("verify_hash", CRYPTO_VERIFY_HASH),
	PSA("asymmetric_decrypt", CRYPTO_ASYMMETRIC_DECRYPT),
	PSA("asymmetric_encrypt", CRYPTO_ASYMMETRIC_ENCRYPT),
	PSA("generate_random", CRYPTO_GENERATE_RANDOM),
	PSA("copy_key", CRYPTO_COPY_KEY),
	PSA("purge_key", CRYPTO_PURGE_KEY),
	PSA("get_key_attributes", CRYPTO_GET_KEY_ATTRIBUTES),
	PSA("sign_message", CRYPTO_SIGN_MESSAGE),
	PSA("verify_message", CRYPTO_VERIFY_MESSAGE),
	PSA("verify_pkcs7_signature", CRYPTO_VERIFY_PKCS7),
	PSA("get_uefi_priv_auth_var_fingerprint", CRYPTO_UEFI_FINGERPRINT),
	PSA("hash_setup", CRYPTO_HASH_SETUP),
	PSA("hash_update", CRYPTO_HASH_UPDATE),
	PSA("hash_finish", CRYPTO_HASH_FINISH),
	PSA("hash_abort", CRYPTO_HASH_ABORT),
	PSA("hash_verify", CRYPTO_HASH_VERIFY),
	PSA("hash_clone", CRYPTO_HASH_CLONE),
	PSA("cipher_encrypt_setup", CRYPTO_CIPHER_ENCRYPT_SETUP),
	PSA("cipher_decrypt_setup", CRYPTO_CIPHER_DECRYPT_SETUP),
	PSA("cipher_generate_iv", CRYPTO_CIPHER_GENERATE_IV),
	PSA("cipher_set_iv", CRYPTO_CIPHER_SET_IV),
	PSA("cipher_update", CRYPTO_CIPHER_UPDATE),
	PSA("cipher_finish", CRYPTO_CIPHER_FINISH),
	PSA("cipher_abort", CRYPTO_CIPHER_ABORT),
	PSA("key_derivation_setup", CRYPTO_DERIVE_SETUP),
	PSA("key_derivation_get_capacity", CRYPTO_DERIVE_GET_CAPACITY),
	PSA("key_derivation_set_capacity", CRYPTO_DERIVE_SET_CAPACITY),
	PSA("key_derivation_input_bytes", CRYPTO_DERIVE_INPUT_BYTES),
	PSA("key_derivation_input_key", CRYPTO_DERIVE_INPUT_KEY),
	PSA("key_derivation_output_bytes", CRYPTO_DERIVE_OUTPUT_BYTES),
	PSA("key_derivation_output_key", CRYPTO_DERIVE_OUTPUT_KEY),
	PSA("key_derivation_abort", CRYPTO_DERIVE_ABORT),
	PSA("key_derivation_key_agreement", CRYPTO_DERIVE_AGREEMENT),
	PSA("raw_key_agreement", CRYPTO_RAW_AGREEMENT),
	PSA("mac_sign_setup", CRYPTO_MAC_SIGN_SETUP),
	PSA("mac_verify_setup", CRYPTO_MAC_VERIFY_SETUP),
	PSA("mac_update", CRYPTO_MAC_UPDATE),
	PSA("mac_sign_finish", CRYPTO_MAC_SIGN_FINISH),
	PSA("mac_verify_finish", CRYPTO_MAC_VERIFY_FINISH),
	PSA("mac_abort", CRYPTO_MAC_ABORT),
	PSA("aead_encrypt_setup", CRYPTO_AEAD_ENCRYPT_SETUP),
	PSA("aead_decrypt_setup", CRYPTO_AEAD_DECRYPT_SETUP),
	PSA("aead_generate_nonce", CRYPTO_AEAD_GENERATE_NONCE),
	PSA("aead_set_nonce", CRYPTO_AEAD_SET_NONCE),
	PSA("aead_set_lengths", CRYPTO_AEAD_SET_LENGTHS),
	PSA("aead_update_ad", CRYPTO_AEAD_UPDATE_AD),
	PSA("aead_update", CRYPTO_AEAD_UPDATE),
	PSA("aead_finish", CRYPTO_AEAD_FINISH),
	PSA("aead_verify", CRYPTO_AEAD_VERIFY),
	PSA("aead_abort", CRYPTO_AEAD_ABORT),
};

static const struct ffasim_service_op attestation_ops[] = {
	PSA("get_token", ATTEST_GET_TOKEN),
	PSA("get_token_size", ATTEST_GET_TOKEN_SIZE),
	PSA("export_iak_public_key", ATTEST_EXPORT_IAK),
	PSA("import_iak", ATTEST_IMPORT_IAK),
	PSA("iak_exists", ATTEST_IAK_EXISTS),
};

#define AS_IT_IS(op_name, number, text)                                                            \
	{                                                                                          \
		.name = op_name, .opcode = number, .flags = FFASIM_OP_PAYLOAD, .doc = text         \
	}
static const struct ffasim_service_op block_storage_ops[] = {
	AS_IT_IS("get_partition_info", BLOCK_GET_PARTITION_INFO, "size of a partition by GUID"),
	AS_IT_IS("open", BLOCK_OPEN, "a handle of a partition by GUID"),
	AS_IT_IS("close", BLOCK_CLOSE, "gives the handle back"),
	AS_IT_IS("read", BLOCK_READ, "within a block"),
	AS_IT_IS("write", BLOCK_WRITE, "within a block"),
	AS_IT_IS("erase", BLOCK_ERASE, "blocks"),
};

static const struct ffasim_service_op env_test_ops[] = {
	AS_IT_IS("run_tests", TEST_RUNNER_RUN, "runs tests by name and group"),
	AS_IT_IS("list_tests", TEST_RUNNER_LIST, "lists tests by name and group"),
};

static const struct ffasim_service_op fwu_ops[] = {
	AS_IT_IS("call", FWU_SHIM, "any function: its id and its payload"),
};

static const struct ffasim_service_op logging_ops[] = {
	AS_IT_IS("puts", LOG_PUTS, "puts a line of text out"),
};

static const struct ffasim_service services[] = {
	{"attestation", ATTEST_UUID, ROWS(attestation_ops), "signed tokens"},
	{"block_storage", BLOCK_STORAGE_UUID, ROWS(block_storage_ops), "partitions of blocks"},
	{"counter", COUNTER_UUID, ROWS(counter_ops), "reads the counter (guest code only)"},
	{"crypto", CRYPTO_UUID, ROWS(crypto_ops), "PSA cryptography, packed-c"},
	{"echo", ECHO_UUID, ROWS(echo_ops), "echoes what it gets"},
	{"env_test", TEST_RUNNER_UUID, ROWS(env_test_ops), "the test runner"},
	{"fwu", FWU_UUID, ROWS(fwu_ops), "firmware update"},
	{"golden", GOLDEN_UUID, ROWS(golden_ops), "the SP of the recordings, by registers"},
	{"ledger", LEDGER_UUID, ROWS(ledger_ops), "two columns to be audited (guest code only)"},
	{"lock", LOCK_UUID, ROWS(lock_ops), "a lock between partitions (guest code only)"},
	{"logging", LOGGING_UUID, ROWS(logging_ops), "the log of the service SPs"},
	{"misbehave", MISBEHAVE_UUID, ROWS(misbehave_ops), "each wrong answer an SP can give"},
	{"spin", SPIN_UUID, ROWS(spin_ops), "burns time and checks that nothing was lost"},
	{"torture", TORTURE_UUID, ROWS(torture_ops),
	 "to be interrupted anywhere (guest code only)"},
};

const struct ffasim_service *ffasim_services(size_t *count)
{
	*count = sizeof(services) / sizeof(services[0]);
	return services;
}

const struct ffasim_service *ffasim_service_find(const char *name)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (!strcmp(services[i].name, name))
			return &services[i];
	return NULL;
}

const struct ffasim_service_op *ffasim_service_op_find(const struct ffasim_service *service,
						       const char *name)
{
	for (size_t i = 0; i < service->op_count; i++)
		if (!strcmp(service->ops[i].name, name))
			return &service->ops[i];
	return NULL;
}
