import Compute
import Foundation
import Runs
import Workbench

/// What `pactolus workbench` finds to open in the directory where it is called.
struct OpenableProjects {
  /// Runs that people answer, and texts that they judge; the one that was answered last comes first.
  let answered: [String]
  /// Runs that nobody answered at a workbench, by name: a page shows those that have finished.
  let others: [String]

  /// Looks in `runs/` and `judging/`.
  ///
  /// - Throws: `InputError` if one of them cannot be read.
  init() throws {
    let files = FileManager.default
    func places(in folder: String) throws -> [String] { try files.entries(of: folder).map { "\(folder)/\($0)" } }
    let (runs, texts) = (try places(in: "runs"), try places(in: "judging").filter(JudgingDirectory.isThere))
    func isAnswered(_ place: String) -> Bool { files.fileExists(atPath: place + "/workbench.sqlite") }
    answered = (runs.filter(isAnswered) + texts).map { ($0, Self.changed($0)) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    others = runs.filter { !isAnswered($0) && files.fileExists(atPath: RunLayout($0).settings) }.sorted()
  }

  /// The one to open.
  ///
  /// - Throws: `InputError` if there is none; it says what could be opened, and how to begin.
  func newest() throws -> String {
    guard let first = answered.first else {
      let known =
        others.isEmpty
        ? ""
        : "; \(Self.listed(others)) \(others.count == 1 ? "was" : "were") answered by no person, "
          + "and can be looked at by naming \(others.count == 1 ? "it" : "one")"
      throw InputError(
        "there is nothing to go on with here: no run in runs/ that people answer, no texts in judging/" + known,
        remedy: """
          begin with an environment, as in 'pactolus workbench pactolus/Pendulum-v1', or with a file of pairs, as in \
          'pactolus workbench pairs.jsonl'; what is elsewhere opens by its directory
          """)
    }
    return first
  }

  /// What is opened where there is more than one, and how to open the others.
  var remark: String? {
    guard answered.count > 1 else { return nil }
    return
      "Opening \(answered[0]), which was answered last. Others, by name: \(Self.listed(Array(answered.dropFirst()))).\n"
  }

  /// The first few of a list, and how many more there are.
  private static func listed(_ names: [String]) -> String {
    let shown = names.prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }

  private static func changed(_ directory: String) -> Date {
    // What is being deleted meanwhile counts as the oldest.
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/workbench.sqlite")
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }
}
