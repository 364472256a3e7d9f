import Audits
