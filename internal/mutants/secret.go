package main

func secretMutants() []mutant {
	return []mutant{
		{
			name: "sealed-for-any-row", rule: "Sealed credentials open only in the row that they were sealed for.",
			file: "internal/secret/secret.go", old: "strings.Join(bound, separator)", new: "strings.Join(bound[:0], separator)",
			tests: "TestSealer",
		},
		{
			name: "sealed-for-joined-parts", rule: "What sealed credentials are bound to is told apart part by part.",
			file: "internal/secret/secret.go", old: `separator = "|"`, new: `separator = ""`,
			tests: "TestSealer",
		},
		{
			name: "keyset-read-by-others", rule: "A keyset file that others may read is refused.",
			file: "internal/secret/secret.go", old: "& 0o077;", new: "& 0o007;",
			tests: "TestLoadKeyset",
		},
		{
			name: "keyset-lost-while-copied", rule: "A keyset file that is half written leaves the sealer with the keys that it has.",
			file: "internal/secret/secret.go", old: "\tready, err := parse(encoded)\n\tif err != nil {\n\t\treturn fmt",
			new:   "\tready, err := parse(encoded)\n\ts.loaded.Store(&loaded{keys: ready, file: file})\n\tif err != nil {\n\t\treturn fmt",
			tests: "TestLoadKeyset_FileCutAnywhereLeavesTheLastGoodKeys",
		},
		{
			name: "keyset-read-once", rule: "A rotation needs no restart.",
			file: "internal/secret/secret.go", old: "\ts.reload()\n\tsealed, err", new: "\tsealed, err",
			tests: "TestSeal_UsesTheNewKeyRightAfterARotation",
		},
		{
			name: "mark-of-the-newest-key", rule: "A mark stays the same after rotations.",
			file: "internal/secret/secret.go", old: "hkdf.Key(sha256.New, content.Key[0].KeyData.Value,", new: "hkdf.Key(sha256.New, content.Key[len(content.Key)-1].KeyData.Value,",
			tests: "TestMark_IsTheSameOnEveryServerAndAfterRotations",
		},
		{
			name: "metadata-reached", rule: "No vendor's address leads to the metadata of the machine.",
			file: "internal/safehttp/address.go", old: "\tnetip.MustParsePrefix(\"169.254.0.0/16\"),  // link-local, cloud metadata\n", new: "",
			tests: "TestOnlyPublicAddressesArePublic",
		},
		{
			name: "mapped-addresses-reached", rule: "An address is judged by what it means, whatever its spelling.",
			file: "internal/safehttp/address.go", old: `return address.Unmap().WithZone("")`, new: `return address.WithZone("")`,
			tests: "TestOnlyPublicAddressesArePublic|TestAllowedNetworksHoldAddressesInAnySpelling",
		},
		{
			name: "plain-http-to-anybody", rule: "Plain HTTP reaches allowed private networks alone.",
			file: "internal/safehttp/client.go", old: "plain:       options.transport(options.mayDialPlain),", new: "plain:       options.transport(options.mayDialSecure),",
			tests: "TestPlainHTTPToAPublicAddressIsRefusedBeforeAByteIsSent",
		},
		{
			name: "redirects-followed", rule: "No redirect is followed.",
			file: "internal/safehttp/client.go", old: "return http.ErrUseLastResponse", new: "return nil",
			tests: "TestRedirectsAreNotFollowed",
		},
		{
			name: "proxy-of-the-environment", rule: "No proxy of the environment is used.",
			file: "internal/safehttp/client.go", old: "Proxy:                  nil,", new: "Proxy:                  http.ProxyFromEnvironment,",
			tests: "TestAProxyOfTheEnvironmentIsNotUsed",
		},
		{
			name: "answer-without-bound", rule: "An answer has no more bytes than its bound after decompression.",
			file: "internal/safehttp/client.go", old: "b.left -= int64(n)", new: "b.left -= int64(n) / 2",
			tests: "TestABodyIsCountedAfterDecompression",
		},
		{
			name: "address-with-a-password", rule: "A vendor's address holds no user name or password.",
			file: "internal/safehttp/url.go", old: "if parsed.User != nil {", new: "if false {",
			tests: "TestCheckURL_RefusesWhatIsNoAddress",
		},
		{
			name: "address-as-a-number", rule: "A number is no vendor's host.",
			file: "internal/safehttp/url.go", old: "strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil", new: "strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil && false",
			tests: "TestCheckURL_RefusesWhatIsNoAddress",
		},
	}
}
