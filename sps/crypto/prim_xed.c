/* SPDX-License-Identifier: BSD-3-Clause */
/* X25519 and X448 (RFC 7748), Ed25519 and Ed448 (RFC 8032) by OpenSSL; keys are its raw ones. */
#include "prim.h"

#include <string.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

static const struct row {
	uint8_t family;
	uint16_t bits, bytes;
	const char *name;
} rows[] = {
	{PSA_ECC_MONTGOMERY, 255, 32, "X25519"},
	{PSA_ECC_MONTGOMERY, 448, 56, "X448"},
	{PSA_ECC_TWISTED_EDWARDS, 255, 32, "ED25519"},
	{PSA_ECC_TWISTED_EDWARDS, 448, 57, "ED448"},
};

static const struct row *row_of(uint32_t family, uint32_t bits)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].family == family && rows[i].bits == bits)
			return &rows[i];
	return NULL;
}

size_t prim_xed_bytes(uint32_t family, uint32_t bits)
{
	const struct row *r = row_of(family, bits);

	return r ? r->bytes : 0;
}

uint32_t prim_xed_bits(uint32_t family, size_t key_len)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].family == family && rows[i].bytes == key_len)
			return rows[i].bits;
	return 0;
}

void prim_xed_clamp(uint32_t family, uint8_t *key, size_t len)
{
	if (family != PSA_ECC_MONTGOMERY)
		return;
	key[0] &= len == 32 ? 0xf8 : 0xfc;
	key[len - 1] &= len == 32 ? 0x7f : 0xff;
	key[len - 1] |= len == 32 ? 0x40 : 0x80;
}

static EVP_PKEY *load(const struct row *r, const uint8_t *key, bool pair)
{
	return pair ? EVP_PKEY_new_raw_private_key_ex(prim_libctx(NULL), r->name, NULL, key,
						      r->bytes)
		    : EVP_PKEY_new_raw_public_key_ex(prim_libctx(NULL), r->name, NULL, key,
						     r->bytes);
}

bool prim_xed_valid(uint32_t family, uint32_t bits, const uint8_t *key, size_t len, bool pair)
{
	const struct row *r = row_of(family, bits);
	EVP_PKEY *pkey = r && len == r->bytes ? load(r, key, pair) : NULL;
	const bool ok = pkey != NULL;

	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

psa_status prim_xed_public(uint32_t family, uint32_t bits, const uint8_t *key, uint8_t *out,
			   size_t *out_len)
{
	const struct row *r = row_of(family, bits);
	EVP_PKEY *pkey = r ? load(r, key, true) : NULL;
	psa_status status = PSA_ERROR_CORRUPTION_DETECTED;

	if (r && *out_len < r->bytes)
		status = PSA_ERROR_BUFFER_TOO_SMALL;
	else if (pkey && EVP_PKEY_get_raw_public_key(pkey, out, out_len) > 0)
		status = PSA_SUCCESS;
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return status;
}

/* A peer whose point is of small order makes a secret of zeros, which OpenSSL refuses. */
psa_status prim_x_agree(uint32_t bits, const uint8_t *key, const uint8_t *peer, size_t peer_len,
			uint8_t *out, size_t *out_len)
{
	const struct row *r = row_of(PSA_ECC_MONTGOMERY, bits);
	EVP_PKEY *own = NULL, *other = NULL;
	EVP_PKEY_CTX *ctx = NULL;
	psa_status status = PSA_ERROR_INVALID_ARGUMENT;

	if (!r || peer_len != r->bytes)
		return status;
	if (*out_len < r->bytes)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	own = load(r, key, true);
	other = load(r, peer, false);
	if (own)
		ctx = EVP_PKEY_CTX_new_from_pkey(prim_libctx(NULL), own, NULL);
	if (other && ctx && EVP_PKEY_derive_init(ctx) > 0 &&
	    EVP_PKEY_derive_set_peer(ctx, other) > 0 && EVP_PKEY_derive(ctx, out, out_len) > 0)
		status = PSA_SUCCESS;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(own);
	EVP_PKEY_free(other);
	ERR_clear_error();
	return status;
}

/* An empty message is one; OpenSSL wants an address for it. */
static const uint8_t *address(const uint8_t *p)
{
	return p ? p : (const uint8_t *)"";
}

psa_status prim_ed_sign(uint32_t bits, const uint8_t *key, const uint8_t *message, size_t len,
			uint8_t *sig, size_t *sig_len)
{
	const struct row *r = row_of(PSA_ECC_TWISTED_EDWARDS, bits);
	EVP_PKEY *pkey = r ? load(r, key, true) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	psa_status status = PSA_ERROR_GENERIC_ERROR;

	if (r && *sig_len < 2 * (size_t)r->bytes)
		status = PSA_ERROR_BUFFER_TOO_SMALL;
	else if (pkey && ctx &&
		 EVP_DigestSignInit_ex(ctx, NULL, NULL, prim_libctx(NULL), NULL, pkey, NULL) > 0 &&
		 EVP_DigestSign(ctx, sig, sig_len, address(message), len) > 0)
		status = PSA_SUCCESS;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return status;
}

psa_status prim_ed_verify(uint32_t bits, const uint8_t *key, const uint8_t *message, size_t len,
			  const uint8_t *sig, size_t sig_len)
{
	const struct row *r = row_of(PSA_ECC_TWISTED_EDWARDS, bits);
	EVP_PKEY *pkey = r ? load(r, key, false) : NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	psa_status status = PSA_ERROR_INVALID_SIGNATURE;

	if (!pkey || !ctx)
		status = PSA_ERROR_GENERIC_ERROR;
	else if (sig_len == 2 * (size_t)r->bytes &&
		 EVP_DigestVerifyInit_ex(ctx, NULL, NULL, prim_libctx(NULL), NULL, pkey, NULL) >
			 0 &&
		 EVP_DigestVerify(ctx, sig, sig_len, address(message), len) == 1)
		status = PSA_SUCCESS;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return status;
}
