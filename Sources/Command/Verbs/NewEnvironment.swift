import ArgumentParser
import Files
import Foundation
import Pactolus

/// `pactolus new-environment NAME`: a package with a world of one's own, a program with every verb, and its tests.
struct NewEnvironmentVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-environment", abstract: "Begin a world of your own: a package that builds, plays and tests.",
    discussion: """
      Writes a small working world to change. The package's program is 'pactolus' with that world in it; its tests are
      the contract that our own worlds pass.

        pactolus new-environment Tightrope
        cd Tightrope && swift run -c release Tightrope play mine/Tightrope-v0
      """)

  @Argument(help: "The world's name, as a Swift type is called: Tightrope.")
  var name: String

  @Option(help: ArgumentHelp("Where to make the package; must not exist. Left out: the name.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("Pactolus itself: a checkout, for the package to depend on.", valueName: "dir"))
  var pactolus: String?

  func run() throws {
    let template = try EnvironmentTemplate(name: name, pactolus: try checkout())
    let directory = out ?? name
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw InputError("there is something already", at: directory, remedy: "choose another place with --out")
    }
    // Made beside its place and moved there whole; what an interrupted call has left goes first.
    let partial = directory + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    for (path, text) in template.files {
      let file = partial + "/" + path
      try FileManager.default.makeDirectory(file.parentPath)
      try DurableFile.write(Data(text.utf8), to: file)
    }
    guard rename(partial, directory) == 0 else { throw fileError("cannot be made", at: directory) }
    for (path, _) in template.files { print("\(directory)/\(path)") }
    print("")
    print("cd \(directory)")
    print("swift run -c release \(name) play mine/\(name)-v0    # the first build takes some minutes")
    print("swift test -c release")
  }

  /// The checkout that the package depends on: named, or the one whose entry script has started this.
  private func checkout() throws -> String {
    let script = ProcessInfo.processInfo.environment["PACTOLUS_SCRIPT"] ?? ""
    let folder = pactolus ?? script.parentPath
    guard !folder.isEmpty, FileManager.default.fileExists(atPath: folder + "/Package.swift") else {
      throw InputError(
        folder.isEmpty ? "it is not known where Pactolus is" : "there is no package", at: pactolus ?? "--pactolus",
        remedy: "name its checkout with --pactolus, or start this by the checkout's ./pactolus")
    }
    return URL(fileURLWithPath: folder).standardizedFileURL.path
  }
}
