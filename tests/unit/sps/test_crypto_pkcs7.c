/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PKCS#7 operations of the crypto service (trusted-services.md 3.2, verifyPkcs7Signature and
 * getUefiPrivAuthVarFingerprint of 6.1), over signatures that OpenSSL makes here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto_direct.h"

#define DATA "the variable and its time"

static uint8_t der[4096], cert[2048], other_cert[2048], hash[32], tbs[2048];
static size_t der_len, cert_len, other_len, tbs_len;

static X509 *make_cert(EVP_PKEY *key, const char *name, long serial)
{
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static size_t encode(X509 *x, uint8_t *to)
{
	return (size_t)i2d_X509(x, &to);
}

static int make(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(1024), *other = EVP_RSA_gen(1024);
	X509 *x = make_cert(key, "signer", 1), *y = make_cert(other, "second", 2);
	STACK_OF(X509) *more = sk_X509_new_null();
	BIO *data = BIO_new_mem_buf(DATA, sizeof(DATA));
	uint8_t *at = der;
	PKCS7 *p;

	sk_X509_push(more, y);
	p = PKCS7_sign(x, key, more, data, PKCS7_DETACHED | PKCS7_NOATTR | PKCS7_BINARY);
	assert_non_null(p);
	der_len = (size_t)i2d_PKCS7(p, &at);
	assert_true(der_len < sizeof(der));
	cert_len = encode(x, cert);
	other_len = encode(y, other_cert);
	at = tbs;
	tbs_len = (size_t)i2d_re_X509_tbs(
		sk_X509_value(p->d.sign->cert, sk_X509_num(p->d.sign->cert) - 1), &at);
	EVP_Digest(DATA, sizeof(DATA), hash, NULL, EVP_sha256(), NULL);
	PKCS7_free(p);
	BIO_free(data);
	sk_X509_free(more);
	X509_free(x);
	X509_free(y);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	direct_open();
	return 0;
}

static int end(void **state)
{
	direct_close();
	return 0;
}

static int32_t verify_pkcs7(size_t sig_len, size_t hash_len, const uint8_t *with, size_t with_len)
{
	begin();
	tlv(1, der, sig_len);
	tlv(2, hash, hash_len);
	if (with)
		tlv(3, with, with_len);
	return go(CRYPTO_VERIFY_PKCS7);
}

static void test_verify(void **state)
{
	assert_int_equal(verify_pkcs7(der_len, 32, NULL, 0), 0);
	assert_int_equal(verify_pkcs7(der_len, 32, cert, cert_len), 0);
	/* each part wrong in turn: never 0, never the "feature unsupported" that tests skip on */
	assert_int_equal(verify_pkcs7(der_len, 32, other_cert, other_len), -0x4380);
	assert_int_equal(verify_pkcs7(der_len, 32, cert, cert_len - 1), -0x2180);
	assert_int_equal(verify_pkcs7(der_len - 1, 32, cert, cert_len), -0x5300);
	assert_int_equal(verify_pkcs7(0, 32, cert, cert_len), -0x5300);
	assert_int_equal(verify_pkcs7(der_len, 31, cert, cert_len), -0x5800);
	hash[0] ^= 1;
	assert_int_equal(verify_pkcs7(der_len, 32, cert, cert_len), -0x4380);
	hash[0] ^= 1;
	der[der_len - 3] ^= 1; /* in the signature, which comes last */
	assert_int_equal(verify_pkcs7(der_len, 32, cert, cert_len), -0x4380);
	der[der_len - 3] ^= 1;
}

static int32_t fingerprint(size_t len)
{
	begin();
	tlv(1, der, len);
	return go(CRYPTO_UEFI_FINGERPRINT);
}

static void test_fingerprint(void **state)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t want[64] = {0};
	size_t len;

	EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	EVP_DigestUpdate(md, "signer", 6);
	EVP_DigestUpdate(md, tbs, tbs_len);
	EVP_DigestFinal_ex(md, want, NULL);
	EVP_MD_CTX_free(md);
	assert_int_equal(fingerprint(der_len), 0);
	assert_memory_equal(out_tlv(1, &len), want, 64);
	assert_int_equal(len, 64);
	assert_int_equal(fingerprint(der_len - 1), 0x21); /* EFI_COMPROMISED_DATA, cut to 32 bits */
	assert_int_equal(answer_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_fingerprint),
	};

	return cmocka_run_group_tests_name("sps/crypto-pkcs7", tests, make, end);
}
