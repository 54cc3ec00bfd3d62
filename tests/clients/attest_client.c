/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of the attestation service (trusted-services.md 3.5): attest_client [ROUNDS]. It asks
 * for the public key and for tokens over challenges of 32, 48 and 64 bytes, takes them apart with
 * libcbor and verifies them with OpenSSL; the uapi header of the kernel is all it knows of tee
 * devices. Prints key, tokens and claims; "verified" when all is as it must be. Where no thread is
 * free below it asks again, and says at the end how often.
 */
#include <cbor.h>
#include <inttypes.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sched.h>

#include "ts_client.h"

#define BUF_BYTES 8192
#define KEY_BYTES 65
#define TOKEN_BYTES_MAX 4400
#define TRIES 100000
enum { GET_TOKEN = 0x101, GET_TOKEN_SIZE, EXPORT_IAK, IMPORT_IAK, IAK_EXISTS };

static struct ts_client c;
static unsigned long busy;

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "attest_client: %s\n", what);
	exit(1);
}
#define NEED(cond) need((cond), #cond)

static void show(const char *what, const uint8_t *data, size_t len)
{
	printf("%s ", what);
	for (size_t i = 0; i < len; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

/* The status; a device without a free thread is asked again. */
static int32_t call(uint32_t opcode, size_t bytes, size_t *got)
{
	uint8_t request[80];
	int32_t status;

	memcpy(request, c.buf, sizeof(request));
	for (unsigned i = 0; i < TRIES; i++) {
		status = ts_call(&c, opcode, bytes, got);
		if (status != INT32_MIN || errno != EBUSY)
			break;
		busy++;
		sched_yield();
		memcpy(c.buf, request, sizeof(request));
	}
	if (status == INT32_MIN) {
		fprintf(stderr, "attest_client: %s\n", strerror(errno));
		exit(1);
	}
	return status;
}

/* ---- the service ---- */
static void get_key(uint8_t key[KEY_BYTES])
{
	size_t got;

	NEED(!call(EXPORT_IAK, 0, &got));
	NEED(got == 4 + KEY_BYTES && c.buf[1] == 1 && c.buf[3] == KEY_BYTES);
	memcpy(key, c.buf + 4, KEY_BYTES);
}

static size_t get_token(const uint8_t *challenge, uint32_t len, uint8_t token[TOKEN_BYTES_MAX])
{
	uint32_t size;
	size_t got;

	memcpy(c.buf, &len, 4);
	NEED(!call(GET_TOKEN_SIZE, 4, &got));
	memcpy(&size, c.buf, 4);
	memcpy(c.buf, (uint8_t[4]){0, 1, 0, (uint8_t)len}, 4);
	memcpy(c.buf + 4, challenge, len);
	NEED(!call(GET_TOKEN, 4 + len, &got));
	NEED(got == 4u + size && size <= TOKEN_BYTES_MAX);
	memcpy(token, c.buf + 4, size);
	return size;
}

/* ---- the token ---- */
static int64_t number(const cbor_item_t *item)
{
	NEED(cbor_is_int(item));
	return cbor_isa_negint(item) ? -1 - (int64_t)cbor_get_int(item)
				     : (int64_t)cbor_get_int(item);
}

static bool bytes_are(const cbor_item_t *item, const void *want, size_t len)
{
	return cbor_isa_bytestring(item) && cbor_bytestring_length(item) == len &&
	       (!want || !memcmp(cbor_bytestring_handle(item), want, len));
}

static cbor_item_t *inside(const cbor_item_t *item)
{
	struct cbor_load_result result;
	cbor_item_t *map;

	NEED(cbor_isa_bytestring(item));
	map = cbor_load(cbor_bytestring_handle(item), cbor_bytestring_length(item), &result);
	NEED(map && cbor_isa_map(map) && result.read == cbor_bytestring_length(item));
	return map;
}

static EVP_PKEY *public_key(const uint8_t key[KEY_BYTES])
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 5),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)key, KEY_BYTES),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;

	NEED(EVP_PKEY_fromdata_init(ctx) > 0);
	NEED(EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) > 0);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* ES256 over what RFC 9052 4.4 says is signed. */
static bool signature_ok(EVP_PKEY *key, cbor_item_t **part)
{
	const uint8_t *raw = cbor_bytestring_handle(part[3]);
	cbor_item_t *all = cbor_new_definite_array(4), *text = cbor_build_string("Signature1"),
		    *none = cbor_build_bytestring(NULL, 0);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *bytes = NULL, *der = NULL;
	size_t room, len;
	int der_len;
	bool ok;

	NEED(cbor_array_push(all, text) && cbor_array_push(all, part[0]) &&
	     cbor_array_push(all, none) && cbor_array_push(all, part[2]));
	len = cbor_serialize_alloc(all, &bytes, &room);
	ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
	der_len = i2d_ECDSA_SIG(sig, &der);
	ok = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) > 0 &&
	     EVP_DigestVerify(md, der, (size_t)der_len, bytes, len) == 1;
	EVP_MD_CTX_free(md);
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	free(bytes);
	cbor_decref(&text);
	cbor_decref(&none);
	cbor_decref(&all);
	return ok;
}

static const cbor_item_t *claim(const cbor_item_t *claims, int64_t label)
{
	const struct cbor_pair *pair = cbor_map_handle(claims);

	for (size_t i = 0; i < cbor_map_size(claims); i++)
		if (number(pair[i].key) == label)
			return pair[i].value;
	fprintf(stderr, "attest_client: no claim %" PRId64 "\n", label);
	exit(1);
}

static void check_claims(const cbor_item_t *claims, const uint8_t key[KEY_BYTES],
			 const uint8_t *challenge, size_t len)
{
	uint8_t ueid[33] = {1};
	const cbor_item_t *components = claim(claims, -75006);

	NEED(cbor_map_size(claims) == 7);
	EVP_Digest(key, KEY_BYTES, ueid + 1, NULL, EVP_sha256(), NULL);
	NEED(bytes_are(claim(claims, -75008), challenge, len));
	NEED(number(claim(claims, -75001)) == 0); /* whoever asks from the Normal world */
	NEED(bytes_are(claim(claims, -75004), NULL, 32));
	NEED(number(claim(claims, -75002)) == 0);
	NEED(bytes_are(claim(claims, -75009), ueid, sizeof(ueid)));
	NEED(bytes_are(claim(claims, -75003), "trustedfirmware.org.ts.attestation_sp", 37));
	NEED(cbor_isa_array(components) && cbor_array_size(components) == 8);
	for (size_t i = 0; i < 8; i++)
		NEED(bytes_are(claim(cbor_array_handle(components)[i], 2), NULL, 32));
}

static void check_token(const uint8_t *token, size_t len, const uint8_t key[KEY_BYTES],
			const uint8_t *challenge, size_t challenge_len)
{
	EVP_PKEY *pkey = public_key(key);
	struct cbor_load_result result;
	cbor_item_t *cose, *header, *claims, **part;

	NEED(token[0] == 0xd2); /* COSE_Sign1; libcbor 0.8 does not take a tag of one byte */
	cose = cbor_load(token + 1, len - 1, &result);
	NEED(cose && result.read == len - 1 && cbor_isa_array(cose) && cbor_array_size(cose) == 4);
	part = cbor_array_handle(cose);
	header = inside(part[0]);
	NEED(cbor_map_size(header) == 1 && number(claim(header, 1)) == -7);
	NEED(cbor_isa_map(part[1]) && !cbor_map_size(part[1]));
	NEED(bytes_are(part[3], NULL, 64));
	NEED(signature_ok(pkey, part));
	claims = inside(part[2]);
	check_claims(claims, key, challenge, challenge_len);
	/* and it is these very claims that are signed */
	cbor_bytestring_handle(part[2])[9] ^= 1;
	NEED(!signature_ok(pkey, part));
	cbor_decref(&claims);
	cbor_decref(&header);
	cbor_decref(&cose);
	EVP_PKEY_free(pkey);
}

/* ---- */
static void one_round(unsigned round, const uint8_t key[KEY_BYTES])
{
	uint8_t challenge[64], token[TOKEN_BYTES_MAX], again[KEY_BYTES];

	for (unsigned len = 32; len <= 64; len += 16) {
		size_t token_len;

		for (unsigned i = 0; i < len; i++)
			challenge[i] = (uint8_t)(i * 3 + round);
		token_len = get_token(challenge, len, token);
		check_token(token, token_len, key, challenge, len);
		show("token", token, token_len);
	}
	get_key(again);
	NEED(!memcmp(key, again, KEY_BYTES));
}

static void open_service(void)
{
	uint8_t uuid[16];

	ts_uuid("a1baf155887646958f7c54955e8db974", uuid);
	for (unsigned i = 0; ts_open(&c, uuid, BUF_BYTES); i++) {
		if (errno != EBUSY || i == TRIES) {
			fprintf(stderr, "attest_client: open: %s\n", strerror(errno));
			exit(1);
		}
		busy++;
		sched_yield();
	}
}

int main(int argc, char **argv)
{
	const unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 1;
	uint8_t key[KEY_BYTES];
	size_t got;

	open_service();
	get_key(key);
	show("key", key, sizeof(key));
	NEED(!call(IAK_EXISTS, 0, &got));
	/* It has a key now: nobody can give it another one. */
	memset(c.buf, 1, 36);
	memcpy(c.buf, (uint8_t[4]){0, 1, 0, 32}, 4);
	NEED(call(IMPORT_IAK, 36, &got) == -133);
	memcpy(c.buf, &(uint32_t){65}, 4);
	NEED(call(GET_TOKEN_SIZE, 4, &got) == -135);
	for (unsigned i = 0; i < rounds; i++)
		one_round(i, key);
	puts("verified");
	if (busy)
		fprintf(stderr, "attest_client: busy %lu times\n", busy);
	return ts_close(&c);
}
