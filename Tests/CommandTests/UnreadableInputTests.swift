import Foundation
import Testing

@Suite("A directory, a missing or an empty file where a file is wanted")
struct UnreadableInputTests {
  private static func calls(_ file: String) -> [[String]] {
    ["jsonl", "trl", "csv", "safetensors"].map { ["import", file, "--as", $0] } + [
      ["audit", file], ["audit", "--samples", file], ["audit", "--rewardbench", file], ["fit", file],
      ["irl", "two-state", "--demonstrations", file],
      ["imitate", "pactolus/CartPole-v1", "--method", "bc", "--demonstrations", file + ".safetensors"],
      ["settings", "--settings", file], ["learn", "pactolus/Pendulum-v1", "--settings", file, "--print-settings"],
    ]
  }

  @Test("a directory is called one")
  func directories() throws {
    let scratch = try Scratch()
    let (plain, suffixed) = (scratch.path + "/folder", scratch.path + "/folder.safetensors")
    for path in [plain, suffixed] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    for call in Self.calls(plain) {
      let result = try Tool.run(call)
      // Files of pairs may be given as a folder, which must then have some.
      let takesFolders = call == ["audit", plain] || call == ["fit", plain]
      #expect(
        result.code == 2
          && result.complaint.contains(
            takesFolders ? "no file of rows in the folder" : "cannot read the file: this is a directory"),
        "\(call): \(result.complaint)")
      #expect(result.complaint.contains(plain))
    }
  }

  @Test("a missing file is called missing, and the path is named")
  func missing() throws {
    let scratch = try Scratch()
    for call in Self.calls(scratch.path + "/none") {
      let result = try Tool.run(call)
      #expect(
        result.code == 2 && result.complaint.contains("cannot read the file: there is no such file; check the path"),
        "\(call): \(result.complaint)")
    }
  }

  @Test("an empty file is refused where something must be in it, and a page goes into no directory")
  func empty() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/empty"
    try Data().write(to: URL(fileURLWithPath: file))
    for call in [
      ["audit", file], ["fit", file], ["import", file, "--as", "csv"], ["import", file, "--as", "safetensors"],
    ] {
      let result = try Tool.run(call)
      #expect(result.code == 2 && result.complaint.contains("empty"), "\(call): \(result.complaint)")
    }
    let samples = try Tool.run(["audit", "--rewardbench", file])
    #expect(
      samples.code == 2 && samples.complaint.contains("no column 'subset'; there is none"), "\(samples.complaint)")
    let page = try Tool.run(["compare", "two-state", "leave-0", "leave-0", "--out", scratch.path])
    #expect(page.code == 2 && page.complaint.contains("this is a directory, not a file"), "\(page.complaint)")
  }
}
