import Foundation
import Runs
import Testing
import Yams

@Suite("The example of a certificate in continuous integration")
struct CertificateWorkflowTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("the workflow is YAML of GitHub's form: a trigger, a machine, and steps that each run or use something")
  func workflow() throws {
    let written = try #require(
      try Yams.load(yaml: text("Examples/data/certificate-workflow.yml")) as? [AnyHashable: Any])
    // YAML 1.1 reads `on` as a truth.
    #expect((written["on"] ?? written[true]) != nil)
    let jobs = try #require(written["jobs"] as? [String: Any])
    let job = try #require(jobs["certificate"] as? [String: Any])
    #expect(job["runs-on"] is String && job["container"] is String)
    let steps = try #require(job["steps"] as? [[String: Any]])
    for step in steps {
      #expect((step["run"] is String) != (step["uses"] is String), "\(step)")
      if let uses = step["uses"] as? String { #expect(uses.contains(/^[a-z-]+\/[a-z-]+@v[0-9]+$/), "\(uses)") }
    }
    // What fails must not keep the certificate from being uploaded.
    #expect(steps.last?["if"] as? String == "always()")
  }

  @Test("every option that its commands name is one that the verb has, and the files that they name are there")
  func commands() throws {
    let written = try #require(
      try Yams.load(yaml: text("Examples/data/certificate-workflow.yml")) as? [AnyHashable: Any])
    let job = (written["jobs"] as? [String: Any])?["certificate"] as? [String: Any]
    let commands = (job?["steps"] as? [[String: Any]])?.compactMap { $0["run"] as? String } ?? []
    #expect(commands.count == 2)
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      let help = try Tool.run([words[1], "--help"]).output
      for option in words where option.hasPrefix("--") { #expect(help.contains(option), "\(option) of \(words[1])") }
      for file in words where file.hasPrefix("Examples/") {
        #expect(FileManager.default.fileExists(atPath: Self.root.appendingPathComponent(file).path), "\(file)")
      }
    }
  }

  @Test("its claims can be read, and guide and files say the same")
  func claims() throws {
    let claims = try text("Examples/data/claims.yaml")
    #expect(try ClaimsFile(text: claims, path: "claims.yaml").claims.count == 6)
    let guide = try text("Documentation/certificates.md")
    for file in ["certificate-workflow.yml", "claims.yaml"] {
      let lines = try text("Examples/data/" + file).split(separator: "\n").dropFirst()
      #expect(guide.contains(lines.joined(separator: "\n")), "\(file)")
    }
  }
}
