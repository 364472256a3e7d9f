import Command
import WorkbenchCommand

var parts = Parts.standard
parts.kinds = parts.kinds.adding(Approval.self)
parts.addWorkbench()
PactolusCommand.main(parts)
