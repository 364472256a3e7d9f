import Foundation

/// Where a run goes if no directory was given.
package enum RunDirectory {
  /// `runs/Pendulum-v1-1`, or the first number that is free.
  package static func free(for environment: String) -> String {
    let name = environment.split(separator: "/").last.map(String.init) ?? environment
    var number = 1
    while FileManager.default.fileExists(atPath: "runs/\(name)-\(number)") { number += 1 }
    return "runs/\(name)-\(number)"
  }
}
