/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two PKCS#7 operations of the crypto service, for authenticated UEFI variables
 * (trusted-services.md 3.2). Results are error numbers of Mbed TLS, which is what real SPs return:
 * clients only look whether it is 0 (6.1), so distinguishing the kinds of damage is a service.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum {
	ERR_PKCS7_FORMAT = -0x5300,
	ERR_PKCS7_CERT = -0x5580,
	ERR_PKCS7_VERIFY = -0x5800,
	ERR_X509_FORMAT = -0x2180,
	ERR_RSA_VERIFY = -0x4380,
};

static PKCS7 *parse(const uint8_t *der, size_t len)
{
	const uint8_t *at = der;
	PKCS7 *p = len ? d2i_PKCS7(NULL, &at, (long)len) : NULL;

	if (p && at == der + len && PKCS7_type_is_signed(p) && p->d.sign)
		return p;
	PKCS7_free(p);
	return NULL;
}

static X509 *parse_cert(const uint8_t *der, size_t len)
{
	const uint8_t *at = der;
	X509 *x = d2i_X509(NULL, &at, (long)len);

	if (x && at == der + len)
		return x;
	X509_free(x);
	return NULL;
}

static int32_t verify_signer(PKCS7_SIGNER_INFO *si, EVP_PKEY *key, const uint8_t *hash,
			     size_t hash_len)
{
	const EVP_MD *md = si->digest_alg ? EVP_get_digestbyobj(si->digest_alg->algorithm) : NULL;
	EVP_PKEY_CTX *ctx;
	int32_t status = ERR_RSA_VERIFY;

	if (!md || hash_len != (size_t)EVP_MD_get_size(md) || !si->enc_digest)
		return ERR_PKCS7_VERIFY;
	ctx = EVP_PKEY_CTX_new(key, NULL);
	if (ctx && EVP_PKEY_verify_init(ctx) > 0 &&
	    (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0) &&
	    EVP_PKEY_CTX_set_signature_md(ctx, md) > 0 &&
	    EVP_PKEY_verify(ctx, ASN1_STRING_get0_data(si->enc_digest),
			    (size_t)ASN1_STRING_length(si->enc_digest), hash, hash_len) == 1)
		status = 0;
	EVP_PKEY_CTX_free(ctx);
	return status;
}

/* One signer is enough. */
static int32_t verify_any(PKCS7 *p, X509 *x, const uint8_t *hash, size_t hash_len)
{
	STACK_OF(PKCS7_SIGNER_INFO) *signers = PKCS7_get_signer_info(p);
	EVP_PKEY *key = X509_get0_pubkey(x);
	int32_t status = ERR_PKCS7_VERIFY;

	if (!key)
		return ERR_PKCS7_CERT;
	for (int i = 0; status && i < sk_PKCS7_SIGNER_INFO_num(signers); i++)
		status = verify_signer(sk_PKCS7_SIGNER_INFO_value(signers, i), key, hash, hash_len);
	return status;
}

int32_t prim_pkcs7_verify(const uint8_t *der, size_t len, const uint8_t *hash, size_t hash_len,
			  const uint8_t *cert, size_t cert_len)
{
	PKCS7 *p = parse(der, len);
	X509 *own = p && cert_len ? parse_cert(cert, cert_len) : NULL;
	X509 *x = own;
	int32_t status;

	if (p && !cert_len)
		x = sk_X509_num(p->d.sign->cert) > 0 ? sk_X509_value(p->d.sign->cert, 0) : NULL;
	if (!p)
		status = ERR_PKCS7_FORMAT;
	else if (!x)
		status = cert_len ? ERR_X509_FORMAT : ERR_PKCS7_CERT;
	else
		status = verify_any(p, x, hash, hash_len);
	X509_free(own);
	PKCS7_free(p);
	ERR_clear_error();
	return status;
}

static bool add_common_name(struct prim_hash *h, const X509 *x)
{
	const X509_NAME *name = X509_get_subject_name(x);
	const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	const ASN1_STRING *value;

	if (at < 0)
		return false;
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	prim_hash_update(h, ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
	return true;
}

static bool add_signed_part(struct prim_hash *h, X509 *x)
{
	uint8_t *tbs = NULL;
	const int len = i2d_re_X509_tbs(x, &tbs);

	if (len <= 0)
		return false;
	prim_hash_update(h, tbs, (size_t)len);
	OPENSSL_free(tbs);
	return true;
}

bool prim_pkcs7_fingerprint(const uint8_t *der, size_t len, uint8_t out[32])
{
	PKCS7 *p = parse(der, len);
	const int count = p ? sk_X509_num(p->d.sign->cert) : 0;
	struct prim_hash h;
	bool ok;

	prim_hash_init(&h, PSA_ALG_SHA_256);
	ok = count > 0 && add_common_name(&h, sk_X509_value(p->d.sign->cert, 0)) &&
	     add_signed_part(&h, sk_X509_value(p->d.sign->cert, count - 1));
	prim_hash_final(&h, out);
	PKCS7_free(p);
	ERR_clear_error();
	return ok;
}
