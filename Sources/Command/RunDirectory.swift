import Files
import Foundation
import Pactolus

/// Where a run goes if no directory was given.
package enum RunDirectory {
  /// Makes `runs/Pendulum-v1-1`, or the first number that is free, and returns its path.
  ///
  /// Making it is what takes it: of several processes that start at once each gets a directory of its own. Its owner alone
  /// may look into it: what people say is in there.
  ///
  /// - Throws: `InputError` if nothing can be made here.
  package static func claim(for environment: String) throws -> String {
    // Colons and equals signs of options mean something to other programs: to rsync and scp, for one.
    let name = String((environment.split(separator: "/").last ?? "run").map { ":,=".contains($0) ? "-" : $0 })
    try FileManager.default.makeDirectory("runs")
    var number = 1
    while true {
      let path = "runs/\(name)-\(number)"
      if mkdir(path, 0o700) == 0 { return path }
      guard errno == EEXIST else { throw fileError("cannot make the directory", at: path) }
      number += 1
    }
  }

  /// Does something in the chosen directory or, without one, in a new one; one that then stays empty is removed again.
  package static func with<Result>(
    _ chosen: String?, for environment: String, _ body: (String) throws -> Result
  ) throws -> Result {
    if let chosen { return try body(chosen) }
    let directory = try claim(for: environment)
    do {
      return try body(directory)
    } catch {
      // The system refuses to remove a directory that has something in it.
      rmdir(directory)
      throw error
    }
  }
}
