import Compute
import Foundation

/// `pactolus-planted rollouts [--seed N] [--seeds N] [--clean N] [--only DEFECT] [--strength S] [--json]`.
enum RolloutCommand {
  static func run(_ words: ArraySlice<String>) throws -> Never {
    var arguments = words
    var (seed, seedCount, clean, json) = (UInt64(0), 20, 200, false)
    var (defects, strengths) = (RolloutDefect.allCases, PlantedStrength.allCases)
    func refuse(_ message: String) -> Never {
      FileHandle.standardError.write(Data((message + "\n").utf8))
      exit(64)
    }
    while let argument = arguments.popFirst() {
      switch argument {
      case "--json": json = true
      case "--seed":
        guard let number = arguments.popFirst().flatMap(UInt64.init) else { refuse("--seed needs a number") }
        seed = number
      case "--seeds", "--clean":
        guard let number = arguments.popFirst().flatMap(Int.init), number >= 0 else {
          refuse("\(argument) needs a number")
        }
        if argument == "--seeds" { seedCount = number } else { clean = number }
      case "--strength":
        guard let strength = arguments.popFirst().flatMap(PlantedStrength.init) else {
          refuse("--strength is one of \(PlantedStrength.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        strengths = [strength]
      case "--only":
        let name = arguments.popFirst() ?? ""
        defects = defects.filter { $0.rawValue == name || $0.check.id == name }
        if defects.isEmpty, name != "none" {
          refuse(
            "no defect \"\(name)\"; there are: none, \(RolloutDefect.allCases.map(\.rawValue).joined(separator: ", "))")
        }
      default: refuse("unknown option \(argument); there are: --seed, --seeds, --clean, --only, --strength, --json")
      }
    }
    let began = ContinuousClock.now
    let study = RolloutStudy.run(
      seeds: (0..<UInt64(seedCount)).map { seed &+ $0 }, soundFiles: clean, defects: defects, strengths: strengths)
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
