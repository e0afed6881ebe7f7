package main

func secretMutants() []mutant {
	return []mutant{
		{
			name: "sealed-for-any-row", rule: "Sealed credentials can be opened only for the row that they were sealed for.",
			file: "internal/secret/secret.go", old: "strings.Join(bound, separator)", new: "strings.Join(bound[:0], separator)",
			tests: "TestSealer",
		},
		{
			name: "sealed-for-joined-parts", rule: "The parts that sealed credentials are bound to cannot be confused with each other.",
			file: "internal/secret/secret.go", old: `separator = "|"`, new: `separator = ""`,
			tests: "TestSealer",
		},
		{
			name: "keyset-read-by-others", rule: "A keyset file that other users can read is rejected.",
			file: "internal/secret/secret.go", old: "& 0o077;", new: "& 0o007;",
			tests: "TestLoadKeyset",
		},
		{
			name: "keyset-lost-while-copied", rule: "If the keyset file is incomplete, the sealer keeps the keys that it has.",
			file: "internal/secret/secret.go", old: "\tready, err := parse(encoded)\n\tif err != nil {\n\t\treturn fmt",
			new:   "\tready, err := parse(encoded)\n\ts.loaded.Store(&loaded{keys: ready, file: file})\n\tif err != nil {\n\t\treturn fmt",
			tests: "TestLoadKeyset_TruncatedFileKeepsTheLastValidKeys",
		},
		{
			name: "keyset-read-once", rule: "A rotated keyset takes effect without a restart.",
			file: "internal/secret/secret.go", old: "\ts.reload()\n\tsealed, err", new: "\tsealed, err",
			tests: "TestSeal_UsesTheNewKeyRightAfterARotation",
		},
		{
			name: "mark-of-the-newest-key", rule: "A mark does not change when keys are rotated.",
			file: "internal/secret/secret.go", old: "hkdf.Key(sha256.New, content.Key[0].KeyData.Value,", new: "hkdf.Key(sha256.New, content.Key[len(content.Key)-1].KeyData.Value,",
			tests: "TestMark_IsTheSameOnEveryServerAndAfterRotations",
		},
		{
			name: "metadata-reached", rule: "Requests to a cloud's metadata service are blocked.",
			file: "internal/safehttp/address.go", old: "\tnetip.MustParsePrefix(\"169.254.0.0/16\"),  // link-local, cloud metadata\n", new: "",
			tests: "TestPublic_AcceptsOnlyPublicAddresses",
		},
		{
			name: "mapped-addresses-reached", rule: "An address is checked by its meaning, not its spelling.",
			file: "internal/safehttp/address.go", old: `return address.Unmap().WithZone("")`, new: `return address.WithZone("")`,
			tests: "TestPublic_AcceptsOnlyPublicAddresses|TestWithin_AcceptsAnyFormOfAnAddress",
		},
		{
			name: "plain-http-to-anybody", rule: "Plain HTTP is allowed only to permitted private networks.",
			file: "internal/safehttp/client.go", old: "plain:       options.transport(options.mayDialPlain),", new: "plain:       options.transport(options.mayDialSecure),",
			tests: "TestClient_RefusesPlainHTTPToPublicAddresses",
		},
		{
			name: "redirects-followed", rule: "Redirects are not followed.",
			file: "internal/safehttp/client.go", old: "return http.ErrUseLastResponse", new: "return nil",
			tests: "TestClient_DoesNotFollowRedirects",
		},
		{
			name: "proxy-of-the-environment", rule: "Proxy settings of the environment are ignored.",
			file: "internal/safehttp/client.go", old: "Proxy:                  nil,", new: "Proxy:                  http.ProxyFromEnvironment,",
			tests: "TestClient_IgnoresProxyVariables",
		},
		{
			name: "answer-without-bound", rule: "A response is limited in size after decompression.",
			file: "internal/safehttp/client.go", old: "b.left -= int64(n)", new: "b.left -= int64(n) / 2",
			tests: "TestClient_LimitsTheDecompressedBody",
		},
		{
			name: "address-with-a-password", rule: "A vendor's address contains no user name or password.",
			file: "internal/safehttp/url.go", old: "if parsed.User != nil {", new: "if false {",
			tests: "TestCheckURL_RefusesInvalidAddresses",
		},
		{
			name: "address-as-a-number", rule: "A vendor's host cannot be a number.",
			file: "internal/safehttp/url.go", old: "strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil", new: "strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil && false",
			tests: "TestCheckURL_RefusesInvalidAddresses",
		},
	}
}
