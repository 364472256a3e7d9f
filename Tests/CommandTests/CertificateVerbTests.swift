import Foundation
import Testing

@Suite("certify and verify as they are called")
struct CertificateVerbTests {
  /// A run whose certificate is looked at, and certified once.
  private func certified(_ body: (_ run: String, _ parent: String) throws -> Void) throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + CompareRunsTests.tiny)
    try #require(learned.code == 0, "\(learned.complaint)")
    try body(run, scratch.path)
  }

  private func faults(_ path: String) throws -> [String] {
    try DocumentSchema("schemas/certificate-1.json").faults(of: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test("the default claims can be printed, and made; the document is what its schema says, with every kind of verdict")
  func schema() throws {
    let printed = try Tool.run(["certify", "--claims", "default"])
    #expect(printed.code == 0 && printed.output.contains("- clips replay"))
    try certified { run, parent in
      let plain = try Tool.run(["certify", run])
      #expect(plain.code == 0 || plain.code == 3, "\(plain.complaint)")
      #expect(try faults(run + "/certificate.json").isEmpty)
      let claims = parent + "/claims.yaml"
      try printed.output.write(toFile: claims, atomically: true, encoding: .utf8)
      #expect(try Tool.run(["certify", run, "--claims", claims]).code == plain.code)
      let growing = "budget: 0.1\ngrowing: true\nclaims: [return above 5000, ledger complete, accuracy above 0.9]\n"
      try growing.write(toFile: claims, atomically: true, encoding: .utf8)
      let badge = parent + "/badge.svg"
      let failing = try Tool.run(
        [
          "certify", run, "--claims", claims, "--certificate", parent + "/growing.json", "--badge", badge, "--out",
          parent + "/page.html",
        ])
      #expect(failing.code == 3, "\(failing.complaint)")
      #expect(failing.output.contains("Look"))
      #expect(try faults(parent + "/growing.json").isEmpty)
      #expect(try String(contentsOfFile: badge, encoding: .utf8).contains("claims fail"))
      #expect(try String(contentsOfFile: parent + "/page.html", encoding: .utf8).contains("return above 5000"))
      // A schema that takes anything would say nothing.
      var document = try String(contentsOfFile: parent + "/growing.json", encoding: .utf8)
      document = document.replacing("\"record\"", with: "\"hearsay\"")
      try document.write(toFile: parent + "/wrong.json", atomically: true, encoding: .utf8)
      #expect(try !faults(parent + "/wrong.json").isEmpty)
    }
  }

  @Test(
    "verify: the same is still true, an edited run is not, another run and a missing part are refused; exit codes say it"
  )
  func verify() throws {
    try certified { run, parent in
      let claims = parent + "/claims.yaml"
      try "claims: [ledger complete, settings recorded, weights recorded]".write(
        toFile: claims, atomically: true, encoding: .utf8)
      #expect(try Tool.run(["certify", run, "--claims", claims]).code == 0)
      let certificate = run + "/certificate.json"
      #expect(try Tool.run(["verify", certificate]).code == 0)
      let text = try String(contentsOfFile: certificate, encoding: .utf8)
      func verify(_ changed: String) throws -> (code: Int32, said: String) {
        try changed.write(toFile: parent + "/changed.json", atomically: true, encoding: .utf8)
        let result = try Tool.run(["verify", parent + "/changed.json", "--run", run])
        return (result.code, result.output + result.complaint)
      }
      // Another build is a note.
      let program = try #require(text.firstMatch(of: /"program"\s*:\s*"([^"]*)"/))
      let other = try verify(text.replacing(program.0, with: "\"program\" : \"0.0.1\""))
      #expect(other.code == 0 && other.said.contains("a note"), "\(other)")
      // What the environment is has changed.
      let digest = try #require(text.firstMatch(of: /"environment"\s*:\s*"([0-9a-f]{64})"/)).1
      let changed = try verify(text.replacing(digest, with: String(repeating: "0", count: 64)))
      #expect(changed.code == 3 && changed.said.contains("environment"), "\(changed)")
      // Another run.
      let seed = try #require(text.firstMatch(of: /"seed"\s*:\s*([0-9]+)/)).0
      let elsewhere = try verify(text.replacing(seed, with: "\"seed\" : 987654"))
      #expect(elsewhere.code == 2 && elsewhere.said.contains("--run"), "\(elsewhere)")
      // Evidence that is missing.
      try FileManager.default.removeItem(atPath: run + "/settings.yaml")
      #expect(try Tool.run(["verify", certificate]).code == 2)
      #expect(try Tool.run(["verify", parent + "/nothing.json"]).code == 2)
    }
  }

  @Test("no run and no claims is wrong usage; a budget over 1 and a claim that is none are bad input")
  func refused() throws {
    #expect(try Tool.run(["certify"]).code == 64)
    try certified { run, parent in
      let claims = parent + "/claims.yaml"
      for text in [
        "budget: 1.5\nclaims: [run repeats]", "claims: [acuracy above 0.5]", "claims: [height between 0 and 1 in 0.9]",
      ] {
        try text.write(toFile: claims, atomically: true, encoding: .utf8)
        let result = try Tool.run(["certify", run, "--claims", claims])
        #expect(result.code == 2 && result.complaint.contains("claims.yaml"), "\(result.complaint)")
      }
    }
  }
}
