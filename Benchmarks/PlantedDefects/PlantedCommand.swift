import Compute
import Foundation

/// `pactolus-planted [--seed NUMBER] [--seeds N] [--clean N] [--only DEFECT] [--json]`, and `pactolus-planted rollouts …`.
@main
struct PlantedCommand {
  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "rollouts" { try RolloutCommand.run(arguments.dropFirst()) }
    var (seedCount, clean, first, json) = (20, 200, UInt64(1001), false)
    var defects = PlantedDefect.allCases
    func refuse(_ message: String) -> Never {
      FileHandle.standardError.write(Data((message + "\n").utf8))
      exit(64)
    }
    while let argument = arguments.popFirst() {
      switch argument {
      // The first seed: each run can have files that nobody has looked at.
      case "--seed":
        guard let number = arguments.popFirst().flatMap(UInt64.init) else { refuse("--seed needs a number") }
        first = number
      case "--json": json = true
      case "--seeds", "--clean":
        guard let number = arguments.popFirst().flatMap(Int.init), number >= 0 else {
          refuse("\(argument) needs a number")
        }
        if argument == "--seeds" { seedCount = number } else { clean = number }
      case "--only":
        let name = arguments.popFirst() ?? ""
        defects = defects.filter { $0.rawValue == name || $0.check.id == name }
        if defects.isEmpty {
          refuse("no defect \"\(name)\"; there are: \(PlantedDefect.allCases.map(\.rawValue).joined(separator: ", "))")
        }
      default: refuse("unknown option \(argument); there are: --seed, --seeds, --clean, --only, --json")
      }
    }
    let began = ContinuousClock.now
    let study = try PlantedStudy.run(
      seeds: (0..<UInt64(seedCount)).map { first + $0 }, cleanFiles: clean, defects: defects)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(study), as: UTF8.self))
    } else {
      print(study.markdown)
    }
    FileHandle.standardError.write(Data("\(ContinuousClock.now - began)\n".utf8))
    exit(study.meetsTargets ? 0 : 1)
  }
}
