import Compute
import Foundation
import Synchronization

/// MuJoCo, loaded while the program runs: nothing of it is needed to build Pactolus, or to run what does not ask for it.
///
/// The folder is what `Tools/setup-mujoco` makes: the library of PyPI's wheel, the models of Gymnasium's worlds, and a
/// small library of our own (`Tools/mujoco/shim.c`) that was compiled against the headers of that very MuJoCo. Only its
/// functions are called from here, so no layout of `mjData` and no bit of a state's signature, both of which move from
/// version to version, is written down in Swift.
final class MuJoCoEngine: Sendable {
  /// Versions that were compared with Gymnasium, as `mj_version` has them.
  static let tested = [4_000_000: "4.0.0"]
  /// What the bridge of this release is called by itself; another one takes other arguments.
  static let interface: Int32 = 1
  /// The one line that makes the folder.
  static let install = "./pactolus setup mujoco"

  let folder: URL
  /// "4.0.0".
  let version: String
  let calls: MuJoCoCalls

  private static let loaded = Mutex<[String: MuJoCoEngine]>([:])

  /// The engine in this folder; loaded once for each folder, and never unloaded.
  ///
  /// - Throws: `InputError` if there is none, or one of a version that was not tested.
  static func load(from folder: URL) throws -> MuJoCoEngine {
    let path = folder.standardizedFileURL.path
    return try loaded.withLock { loaded in
      if let engine = loaded[path] { return engine }
      let engine = try MuJoCoEngine(folder)
      loaded[path] = engine
      return engine
    }
  }

  /// Whether the folder holds what `load(from:)` needs; looks at file names only.
  static func isPresent(in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: bridge(in: folder).path)
  }

  private static func bridge(in folder: URL) -> URL { folder.appending(path: "libpactolus-mujoco.so") }

  private init(_ folder: URL) throws {
    guard Self.isPresent(in: folder) else {
      throw InputError("there is no MuJoCo in \(folder.path)", remedy: "run \(Self.install)")
    }
    let path = Self.bridge(in: folder).path
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
      throw InputError("MuJoCo cannot be loaded: \(reason)", at: path, remedy: "run \(Self.install)")
    }
    let (symbols, place) = (MuJoCoSymbols(library: library), path)
    let interface = try symbols.function("interface", MuJoCoCalls.Number.self)
    guard interface() == Self.interface else {
      throw InputError("the bridge to MuJoCo is of another release", at: place, remedy: "run \(Self.install)")
    }
    let headers = Int(try symbols.function("headers", MuJoCoCalls.Number.self)())
    let linked = Int(try symbols.function("library", MuJoCoCalls.Number.self)())
    version = try Self.admitted(library: linked, headers: headers, at: place)
    calls = try MuJoCoCalls(symbols)
    self.folder = folder
  }

  /// The name of a version that was tested.
  ///
  /// - Throws: for any other, and for a bridge that was compiled for another version than the library's.
  static func admitted(library: Int, headers: Int, at place: String) throws -> String {
    let remedy = "tested: MuJoCo \(tested.values.sorted().joined(separator: ", ")); run \(install)"
    guard library == headers else {
      throw InputError(
        "the bridge was made for MuJoCo \(text(headers)), the library is \(text(library))", at: place, remedy: remedy)
    }
    guard let version = tested[library] else {
      throw InputError("MuJoCo \(text(library)) is not known here", at: place, remedy: remedy)
    }
    return version
  }

  /// 3003007 is 3.3.7; before 3.3.6 MuJoCo counted by hundreds, so 337 is 3.3.7 as well.
  private static func text(_ version: Int) -> String {
    version < 1_000_000
      ? "\(version / 100).\(version / 10 % 10).\(version % 10)"
      : "\(version / 1_000_000).\(version / 1_000 % 1_000).\(version % 1_000)"
  }
}

/// Looks up the functions of the bridge.
struct MuJoCoSymbols {
  let library: UnsafeMutableRawPointer

  func function<Function>(_ name: String, _: Function.Type) throws -> Function {
    guard let address = dlsym(library, "pactolus_mujoco_" + name) else {
      throw InputError("the bridge to MuJoCo lacks '\(name)'", remedy: "run \(MuJoCoEngine.install)")
    }
    return unsafeBitCast(address, to: Function.self)
  }
}

/// The functions of `Tools/mujoco/shim.c`, whose comments say what they do.
struct MuJoCoCalls: Sendable {
  typealias Raw = UnsafeMutableRawPointer
  typealias Doubles = UnsafeMutablePointer<Double>
  typealias Plan = UnsafePointer<Int32>
  typealias Number = @convention(c) @Sendable () -> Int32

  typealias Load = @convention(c) @Sendable (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>, Int32) -> Raw?
  typealias MakeData = @convention(c) @Sendable (Raw) -> Raw?
  typealias Size = @convention(c) @Sendable (Raw, Int32) -> Int32
  typealias TimeStep = @convention(c) @Sendable (Raw) -> Double
  typealias ControlRanges = @convention(c) @Sendable (Raw, Doubles) -> Void
  typealias Geoms = @convention(c) @Sendable (Raw, Doubles) -> Void
  typealias Find = @convention(c) @Sendable (Raw, Int32, UnsafePointer<CChar>) -> Int32
  typealias Start = @convention(c) @Sendable (Raw, Raw, Doubles, Doubles) -> Void
  typealias Reset =
    @convention(c) @Sendable (
      Raw, Raw, UnsafePointer<Double>, UnsafePointer<Double>, Doubles, Plan, Int32
    ) -> Void
  typealias Step = @convention(c) @Sendable (Raw, Raw, Doubles, UnsafePointer<Float>, Int32, Plan, Int32) -> Int32
  typealias Pose = @convention(c) @Sendable (Raw, Raw, UnsafePointer<Double>, Doubles, Doubles) -> Void

  let load: Load
  let makeData: MakeData
  let size: Size
  let timeStep: TimeStep
  let controlRanges: ControlRanges
  let geoms: Geoms
  let find: Find
  let start: Start
  let reset: Reset
  let step: Step
  let pose: Pose

  init(_ symbols: MuJoCoSymbols) throws {
    load = try symbols.function("load", Load.self)
    makeData = try symbols.function("make_data", MakeData.self)
    size = try symbols.function("size", Size.self)
    timeStep = try symbols.function("time_step", TimeStep.self)
    controlRanges = try symbols.function("control_ranges", ControlRanges.self)
    geoms = try symbols.function("geoms", Geoms.self)
    find = try symbols.function("find", Find.self)
    start = try symbols.function("start", Start.self)
    reset = try symbols.function("reset", Reset.self)
    step = try symbols.function("step", Step.self)
    pose = try symbols.function("pose", Pose.self)
  }
}
